/*
 * Plan documents of any length for measuring and for tests: made up from word lists, in several languages, currencies and
 * layouts, the same text for the same seed.
 */

const SERVICES = [
  "Ledger API",
  "Postgres primary",
  "Object store",
  "Queue workers",
  "Search cluster",
  "CDN",
  "Mail relay",
  "Log archive",
  "Load balancer",
  "Redis cache",
];
const PROVIDERS = ["Hetzner", "AWS", "Azure", "OVHcloud", "Fly.io", "Scaleway", "Render", "DigitalOcean"];
const METRICS = ["CPU load", "p95 latency", "Disk used", "Active users", "Orders per day", "Error rate", "Queue depth", "Monthly bill"];
const VERBS = ["Create", "Copy", "Compare", "Switch", "Check", "Announce", "Stop", "Back up", "Restore", "Measure"];
const NOUNS = ["the database", "DNS records", "the row counts", "the workers", "the dashboards", "the secrets", "the cron jobs", "the old hosts"];
const SENTENCES = [
  "The present setup was built by three people and has grown since.",
  "Nobody is on call at night, so changes are made between nine and five.",
  "Die Umstellung geschieht an einem Sonntag, damit niemand gestört wird.",
  "Nous gardons l’ancien système pendant quelques semaines.",
  "El equipo revisa los costes cada trimestre.",
  "Traffic has two peaks a day; the higher one is at noon.",
];

type Random = (below: number) => number;

/** A small generator of whole numbers below a bound, the same for the same seed. */
function seeded(seed: number): Random {
  let state = seed >>> 0 || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state % below;
  };
}

const pick = <T>(random: Random, from: readonly [T, ...T[]] | readonly T[]): T => from[random(from.length)] as T;

function amount(random: Random): string {
  const value = 1 + random(4_000);
  return pick(random, [
    `$${value}`,
    `$${value.toLocaleString("en-US")}/month`,
    `$${value}–$${value + 1 + random(500)}`,
    `~$${value}`,
    `${value.toLocaleString("de-DE")},${10 + random(89)} €`,
    `€${value} per month`,
    `up to $${value}`,
    `£${value}.${10 + random(89)}`,
    `$${value}+`,
    "included",
    "free",
    `$0.${10 + random(89)} per 1,000 requests`,
    `${2 + random(8)} × $${value} = $${value * 3}`,
  ]);
}

const BLOCKS: readonly ((random: Random, n: number) => string)[] = [
  (random, n) => {
    const rows = Array.from({ length: 3 + random(9) }, () => `| ${pick(random, SERVICES)} ${random(99)} | ${amount(random)} | ${amount(random)} |`);
    return `### Stack ${n}: current and target costs\n\n| Service | Current | Target |\n|---|---:|---:|\n${rows.join("\n")}\n| **Total** | $${1_000 + random(9_000)} | $${100 + random(900)} |`;
  },
  (random, n) =>
    `## Option ${n}: ${pick(random, PROVIDERS)}\n\n${Array.from({ length: 3 + random(6) }, () => `- ${pick(random, SERVICES)}: ${amount(random)}`).join("\n")}\n- Total: ${amount(random)}`,
  (random) =>
    `### When to migrate\n\n${Array.from({ length: 2 + random(5) }, () => `- ${pick(random, METRICS)} ${pick(random, [">", "above", "exceeds", ">=", "über"])} ${1 + random(9_000)}${pick(random, ["", "%", " ms", " GB", "K"])} for ${1 + random(48)} hours`).join("\n")}`,
  (random, n) =>
    `## Phase ${n}: ${pick(random, VERBS)} ${pick(random, NOUNS)} (week ${1 + random(20)})\n\n${Array.from({ length: 2 + random(6) }, () => `- [${pick(random, [" ", "x"])}] ${pick(random, VERBS)} ${pick(random, NOUNS)} of ${pick(random, SERVICES)}`).join("\n")}`,
  (random) =>
    `### Steps\n\n${Array.from({ length: 2 + random(7) }, (_, i) => `${i + 1}. ${pick(random, VERBS)} ${pick(random, NOUNS)}\n   - takes ${5 + random(90)} minutes`).join("\n")}`,
  (random) =>
    `\`\`\`bash\n# ${pick(random, VERBS)} ${pick(random, NOUNS)}\npg_dump --format=custom "$SOURCE_URL" > /tmp/dump-${random(999)}\npg_restore --jobs ${1 + random(8)} /tmp/dump\ncurl -fsS https://app-${random(99)}.example.com/health\n\`\`\``,
  (random) =>
    `\`\`\`text\n${pick(random, SERVICES)} ......... $${random(900)}/month\n${pick(random, SERVICES)} ......... $${random(900)}/month\n-----\nTOTAL ......... $${random(2_000)}/month\n\`\`\``,
  (random) =>
    `### Alerts\n\n| Metric | Warning | Critical | For |\n|---|---|---|---|\n${Array.from({ length: 2 + random(5) }, () => `| ${pick(random, METRICS)} | ${50 + random(30)}% | ${80 + random(20)}% | ${1 + random(30)} min |`).join("\n")}`,
  (random) =>
    `### Cutover\n\n| Time | Action |\n|---|---|\n${Array.from({ length: 3 + random(6) }, (_, i) => `| T+0:${String(i * 5).padStart(2, "0")} | ${pick(random, VERBS)} ${pick(random, NOUNS)} |`).join("\n")}`,
  (random) =>
    `### Rollback\n\nGo back when:\n\n- ${pick(random, METRICS)} > ${1 + random(9)}% for ${1 + random(20)} minutes\n- ${pick(random, METRICS)} above ${random(900)} ms`,
  (random) => Array.from({ length: 1 + random(4) }, () => `${pick(random, SENTENCES)} It costs ${amount(random)}.`).join(" "),
  (random) =>
    `\`\`\`yaml\nservices:\n  app-${random(99)}:\n    image: registry.example.com/app:1.${random(20)}.${random(9)}\n    ports: ["${3_000 + random(5_000)}:8080"]\n    environment:\n      - DATABASE_URL\n\`\`\``,
  (random) => `\`\`\`env\nDATABASE_URL=postgres://app@db-${random(99)}/app\nAPI_KEY_${random(9_999)}=\n\`\`\``,
  (random) => `> Note: ${pick(random, SENTENCES)}\n\n**Traffic:** ${5 + random(10)}% → ${25 + random(20)}% → 100%`,
];

/** A document of about `bytes` bytes of UTF-8, varied, deterministic. */
export function longDocument(bytes: number, seed = 1): string {
  const random = seeded(seed);
  const parts = [`# Move number ${seed}\n\nVersion 1.${random(9)}. Last updated 2026-0${1 + random(8)}-1${random(9)}.`];
  let size = parts[0]?.length ?? 0;
  for (let n = 1; size < bytes; n++) {
    const part = pick(random, BLOCKS)(random, n);
    size += Buffer.byteLength(part) + 2;
    parts.push(part);
  }
  return `${parts.join("\n\n")}\n`;
}
