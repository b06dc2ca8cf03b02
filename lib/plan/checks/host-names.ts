/** Second levels under which names are registered: `example.co.uk` is one name. */
const SECOND_LEVELS = new Set(["co", "com", "net", "org", "gov", "ac", "edu", "gob", "gouv"]);

/** The registered name of a host: `a.b.example.com` → `example.com`. */
export function registeredName(host: string): string {
  const labels = host.toLowerCase().replace(/\.$/, "").split(".");
  const [top = "", second = ""] = labels.toReversed();
  const size = labels.length > 2 && top.length === 2 && SECOND_LEVELS.has(second) ? 3 : 2;
  return labels.slice(-size).join(".");
}

/** Whether a name is registered itself, without a label in front: `example.com`, `@`. */
export function isApex(host: string): boolean {
  const name = host.toLowerCase().replace(/\.$/, "");
  return name === "@" || (name.includes(".") && !name.includes("*") && registeredName(name) === name);
}

/** Whether a target is an address: digits, or a placeholder that says so (`server-ip`, `<IP>`). */
export function isAddress(target: string): boolean {
  return /^\d{1,3}(\.\d{1,3}){3}$/.test(target) || /^[0-9a-f]{0,4}(:[0-9a-f]{0,4}){2,7}$/i.test(target) || /(^|[-_<[{ ])ip(v[46])?([-_>\]} ]|$)/i.test(target);
}

/** Whether two registered names look like one written in two ways: `example.com` and `yourexample.com`, `acme.io` and `acme.com`. */
export function isVariantOf(one: string, other: string): boolean {
  const [a = "", b = ""] = [one.split(".")[0], other.split(".")[0]];
  return a.length > 2 && b.length > 2 && (a.includes(b) || b.includes(a));
}
