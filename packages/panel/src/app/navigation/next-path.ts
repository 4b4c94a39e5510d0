/**
 * Where to go after sign-in: the path that was asked for, if it lies on this site. Anything else (another host, a
 * scheme, a doorway page that would lead back here) is the start page. Works on the text alone, because `//evil`,
 * `/\evil` and `/%09/evil` are read as hosts by some parsers.
 */
export function safeNextPath(next: unknown): string {
  if (typeof next !== "string" || next.length > 2000) return "/";
  if (!/^\/(?![/\\])/.test(next) || /[\\\p{Cc}]/u.test(next)) return "/";
  const base = "https://panel.invalid";
  const address = URL.parse(next, base);
  if (address === null || address.origin !== base) return "/";
  return /^\/(?:sign-in|setup)(?:\/|$)/.test(address.pathname) ? "/" : next;
}
