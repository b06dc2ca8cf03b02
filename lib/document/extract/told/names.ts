import type { Place } from "./places";

/** Letters and figures in one word: CX32, db-old-01, r6g.large, standard-128. */
const NAME = /(?<![\w.-])(?=[a-z0-9._-]*[a-z])(?=[a-z0-9._-]*\d)[a-z][a-z0-9]*(?:[._-][a-z0-9]+)*(?![\w-]|\.\w)/g;
/** Words with figures that are no names of machines. */
const NO_NAME =
  /^(?:p\d\d|v\d|[tdhqlw][+-]?\d|fy\d|kw\d|ipv\d|utf\d|http\d|sha\d|md5|ec2|s3|k8s|k3s|b2|r2|gp\d|io\d|oauth2|base64|x86|arm64|amd64|phase\d|step\d|rfc|iso|tls|ssl|ed25519|log4j|web3|auth0|h264|mp[34])/;
/** Between a name and its size stand few words. */
const HAS =
  /^[`"'*)\]\s]*(?:[(:,=|–—-]|has|have|had|with|shows?|really shows?|really has|gives|comes with|offers|is|of|get[s]?|mit|hat|bietet|bekommt|avec|a|offre|dispose de|con|tiene|ofrece|\s)*[\s`"'*(]*(?:\d[\d.,]*\s?(?:v?cpus?|cores?|kerne|coeurs|nucleos|gb|gib|tb|mb)[^.;]{0,12}[\s/,+&(]*)*$/;

/** The machine or type whose size stands at a position: its name right in front of it, or in the name of its row. Pure. */
export function nameAt(place: Place, start: number): string | null {
  const before = place.folded.slice(Math.max(0, start - 60), start);
  const [last] = namesIn(before).reverse();
  if (last !== undefined && HAS.test(before.slice(last.end))) return last.name;
  if (place.kind !== "cell") return null;
  const [own] = namesIn(place.labels[1] ?? "");
  return own?.name ?? null;
}

function namesIn(text: string): { name: string; end: number }[] {
  return [...text.matchAll(NAME)].flatMap((match) =>
    match[0].length < 3 || NO_NAME.test(match[0]) || /^(?:[a-z]{1,3}\d{1,2}:|\d)/.test(match[0])
      ? []
      : [{ name: match[0].slice(0, 60), end: match.index + match[0].length }],
  );
}
