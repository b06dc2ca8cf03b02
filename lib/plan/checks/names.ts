/** Words that many services share and that therefore tell none apart; hosts on which many services run are among them. */
const COMMON = new Set(
  (
    "a an the and or of on in for with to by per via from at plan plans tier tiers paid free pro basic standard premium managed hosted self cloud service services " +
    "server servers vm vms instance instances app apps node nodes cluster small medium large month monthly year annual cost costs total hosting host platform " +
    "container containers single multi reserved demand usage optional estimated existing new old current target io com net dev " +
    "aws amazon azure microsoft gcp google fly heroku digitalocean hetzner ovh scaleway linode hostinger render railway vercel netlify cloudflare kubernetes docker"
  ).split(" "),
);

/** The words of a name that can tell it from others: lower case, without accents, sizes and words every service shares. */
export function tellingWords(name: string): string[] {
  const plain = name
    .normalize("NFKD")
    .replace(/\p{M}+/gu, "")
    .toLowerCase();
  return [...new Set(plain.split(/[^\p{L}\p{N}]+/u).filter((word) => word.length > 1 && !COMMON.has(word) && !/^\d+[a-z]{0,3}$/.test(word)))];
}

/** Finds the one candidate that shares a telling word with a name, and shares it with no other; null where none or several do. */
export function serviceMatcher(candidates: readonly string[]): (name: string) => number | null {
  // Only words that are one candidate's alone tell.
  const owner = new Map<string, number | null>();
  const whole = new Map<string, number | null>();
  candidates.forEach((candidate, at) => {
    whole.set(plainName(candidate), whole.has(plainName(candidate)) ? null : at);
    for (const word of tellingWords(candidate)) owner.set(word, owner.has(word) ? null : at);
  });
  return (name) => {
    const same = whole.get(plainName(name));
    if (same !== undefined && same !== null) return same;
    const scores = new Map<number, number>();
    for (const word of tellingWords(withoutHost(name))) {
      const at = owner.get(word);
      if (at !== undefined && at !== null) scores.set(at, (scores.get(at) ?? 0) + 1);
    }
    const best = Math.max(0, ...scores.values());
    const found = [...scores].filter(([, score]) => score === best);
    return found.length === 1 ? (found[0]?.[0] ?? null) : null;
  };
}

/** Whether a name shares a telling word with any of the candidates. */
export function namesAny(candidates: readonly string[]): (name: string) => boolean {
  const words = new Set(candidates.flatMap(tellingWords));
  const whole = new Set(candidates.map(plainName));
  return (name) => whole.has(plainName(name)) || tellingWords(withoutHost(name)).some((word) => words.has(word));
}

/** A name without what stands in brackets: "Vercel Pro (2 seats)" and "vercel pro" are one. */
function plainName(name: string): string {
  return name
    .replace(/\([^()]*\)/g, " ")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
}

/** "Search on a small server" is about the search. */
function withoutHost(name: string): string {
  const at = /\s(?:on|auf|sur|en)\s/i.exec(name)?.index ?? -1;
  return at <= 0 ? name : name.slice(0, at);
}

const AGGREGATES = /\b(p\d{2,3}|\d{2}th|avg|average|mean|median|max|peak|percentile|percent|usage|utili[sz]ation|rate|ms|s|mb|gb)\b/g;

/** What a metric is about without how it is aggregated and in which unit: `latency_p95_ms` and `latency_ms` are one quantity. */
export function quantityOf(metric: { key: string }): string {
  const words = metric.key
    .toLowerCase()
    .replaceAll(/[_.-]+/g, " ")
    .replace(AGGREGATES, " ");
  return words.replace(/\s+/g, " ").trim() || metric.key;
}
