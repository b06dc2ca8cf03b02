/** How this request reached us, as far as sign-in cares. */
export interface Door {
  /** The only value of the Origin header that may change something. */
  origin: string;
  /** Cookies carry `__Host-` and Secure. */
  secure: boolean;
  /** Signing in is served; otherwise `reason` says why not and what to do. */
  open: boolean;
  reason: string | null;
}

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?$/i;

/**
 * Decides from the Host header and PUBLIC_URL. Cookies over plain HTTP could be read on the way, so that is served on
 * this machine's own names only; every other name needs PUBLIC_URL with https (R-SEC-10). A Host that is neither is
 * refused, which also stops pages of other names that resolve to this machine.
 */
export function doorOf(host: string | null, publicUrl: string | undefined): Door {
  const publicOrigin = publicUrl === undefined ? null : new URL(publicUrl);
  const name = (host ?? "").toLowerCase();
  if (publicOrigin !== null && name === publicOrigin.host) {
    const secure = publicOrigin.protocol === "https:";
    const open = secure || LOOPBACK.test(name);
    return { origin: publicOrigin.origin, secure, open, reason: open ? null : plainReason(name) };
  }
  if (LOOPBACK.test(name)) return { origin: `http://${name}`, secure: false, open: true, reason: null };
  const reason =
    publicOrigin === null ? plainReason(name) : `This address is not the one Switchyard was set up for. Use ${publicOrigin.origin} or change PUBLIC_URL.`;
  return { origin: `http://${name}`, secure: false, open: false, reason };
}

function plainReason(name: string): string {
  return `Signing in over plain HTTP at ${name === "" ? "this address" : name} would send passwords readable over the network. Put a reverse proxy with HTTPS in front and set PUBLIC_URL=https://…, or open http://localhost on the machine itself.`;
}

/** Whether a request that changes something comes from our own pages. Missing and `null` origins are refused (R-SEC-3). */
export function isSameOrigin(headers: Pick<Headers, "get">, door: Door): boolean {
  if (headers.get("origin") !== door.origin) return false;
  const site = headers.get("sec-fetch-site");
  return site === null || site === "same-origin";
}

/** A path of our own to go to after signing in; anything else becomes `/`. */
export function safePath(text: unknown): string {
  if (typeof text !== "string" || text.length > 1_000 || !/^\/(?![/\\])[^\\\p{Cc}]*$/u.test(text)) return "/";
  return text;
}
