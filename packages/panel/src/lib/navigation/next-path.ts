/**
 * Returns the path to open after sign-in: `next` if it is on this site. Anything else (another host, a scheme, an
 * authentication page that would redirect back here) becomes the start page. Checks the text before parsing it, because
 * some parsers read `//evil`, `/\evil` and `/%09/evil` as hosts.
 */
export function safeNextPath(next: unknown): string {
  if (typeof next !== "string" || next.length > 2000) return "/";
  if (!/^\/(?![/\\])/.test(next) || /[\\\p{Cc}]/u.test(next)) return "/";
  const base = "https://panel.invalid";
  const address = URL.parse(next, base);
  if (address === null || address.origin !== base) return "/";
  return /^\/(?:sign-in|setup)(?:\/|$)/.test(address.pathname) ? "/" : next;
}
