/** Loopback has several host names, and a cookie belongs to one of them. */

const loopback: readonly string[] = ["127.0.0.1", "localhost", "[::1]"];

/** The origin of a loopback URL with the page's host name, so that the session cookie is sent here too. */
export function toCurrentHost(address: string, hostname: string): string {
  const url = new URL(address);
  if (loopback.includes(url.hostname) && loopback.includes(hostname)) url.hostname = hostname;
  return url.origin;
}
