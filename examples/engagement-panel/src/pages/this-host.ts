/** One machine has several names, and a cookie belongs to one of them. */

const loopback: readonly string[] = ["127.0.0.1", "localhost", "[::1]"];

/** An address of this machine under the name by which the browser is `here`, so that the sign-in counts here too. */
export function atThisHost(address: string, here: string): string {
  const url = new URL(address);
  if (loopback.includes(url.hostname) && loopback.includes(here)) url.hostname = here;
  return url.origin;
}
