/** Network address of the caller: the last hop the reverse proxy added, else unknown. IPv6 is kept whole. */
export function callerAddress(headers: Pick<Headers, "get">): string {
  return headers.get("x-forwarded-for")?.split(",").at(-1)?.trim() || headers.get("x-real-ip") || "local";
}
