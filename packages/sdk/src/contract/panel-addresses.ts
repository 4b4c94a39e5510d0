/** What counts as the address of a panel on another host, and as a page there. */

const loopback = /^(?:(?:[a-z0-9._-]+\.)?localhost|127\.0\.0\.1|\[::1\])$/;
const host = /^(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])$/;

/**
 * Reads a panel's origin, a slash at the end allowed: scheme, host and port as `URL.origin` writes them. Plain http counts
 * on loopback alone; null for everything else.
 */
export function parsePanelOrigin(text: string): string | null {
  const trimmed = text.trim();
  if (trimmed.length > 300 || !URL.canParse(trimmed)) return null;
  const { protocol, hostname, origin, href } = new URL(trimmed);
  if (href !== `${origin}/` || !host.test(hostname)) return null;
  return protocol === "https:" || (protocol === "http:" && loopback.test(hostname)) ? origin : null;
}

/**
 * Reads where in a panel somebody wants to go: a path with its query, in ASCII. Null for whatever might lead a browser to
 * another host, for control characters, and for what is too long to be passed on in addresses.
 */
export function parsePanelPath(text: string): string | null {
  const own = /^\/(?![/\\])/;
  if (!own.test(text) || /[\\\p{Cc}]/u.test(text) || !text.isWellFormed()) return null;
  const base = "https://panel.invalid";
  if (!URL.canParse(text, base)) return null;
  const { origin, pathname, search, hash } = new URL(text, base);
  const path = `${pathname}${search}${hash}`;
  return origin === base && own.test(path) && encodeURIComponent(path).length <= 1200 ? path : null;
}
