import { type NextRequest, NextResponse } from "next/server";
import { DEVELOPMENT } from "@/lib/env";

/**
 * Headers only: never a security boundary. Every page, action and route checks the session itself (R-SEC-2), and the
 * product is just as closed with this file deleted.
 */
export function proxy(request: NextRequest): NextResponse {
  const nonce = Buffer.from(crypto.getRandomValues(new Uint8Array(18))).toString("base64");
  const policy = contentSecurityPolicy(nonce, DEVELOPMENT);
  const headers = new Headers(request.headers);
  headers.set("x-nonce", nonce);
  const { pathname, searchParams } = request.nextUrl;
  searchParams.delete("_rsc");
  headers.set("x-switchyard-path", searchParams.size === 0 ? pathname : `${pathname}?${searchParams}`);
  // Next reads the nonce for its own scripts from this request header.
  headers.set("content-security-policy", policy);
  const response = NextResponse.next({ request: { headers } });
  response.headers.set("content-security-policy", policy);
  response.headers.set("x-content-type-options", "nosniff");
  // same-origin, not no-referrer: browsers would then send "Origin: null" with our own forms.
  response.headers.set("referrer-policy", "same-origin");
  response.headers.set("x-frame-options", "DENY");
  response.headers.set("cross-origin-opener-policy", "same-origin");
  response.headers.set("cross-origin-resource-policy", "same-origin");
  response.headers.set("permissions-policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()");
  // Ignored by browsers over plain HTTP.
  response.headers.set("strict-transport-security", "max-age=63072000");
  return response;
}

/**
 * `style-src` allows inline styles: charts place their marks with style attributes that React writes while it
 * renders, and attributes cannot carry a nonce. Scripts need the nonce; a development server also needs eval.
 */
function contentSecurityPolicy(nonce: string, development: boolean): string {
  return [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${development ? " 'unsafe-eval'" : ""}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src 'self'${development ? " ws:" : ""}`,
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; ");
}

// Uploads of files are left out: in front of a proxy Next keeps a body in memory and cuts it off at 10 MB without a word.
export const config = { matcher: ["/((?!_next/static|_next/image|icon.svg|favicon.ico|api/v1/projects/[^/]+/(?:bills|inventory|rules)$).*)"] };
