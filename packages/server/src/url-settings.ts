/** Settings that are URLs. */

/** An invalid setting. The message is one line that says which, why, and what to write. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

/** The value of PUBLIC_URL without a trailing slash. */
export function readPublicUrl(text: string | null): string | null {
  const url = readUrl("PUBLIC_URL", text, ["https:", "http:"]);
  if (url === null) return null;
  const { origin, pathname, search, hash, username } = new URL(url);
  const path = pathname.replace(/\/$/, "");
  if (!/^(?:\/[\w.~-]+)*$/.test(path) || search !== "" || hash !== "" || username !== "")
    throw new ConfigError(
      `PUBLIC_URL is "${text}". Write scheme, host, port and at most a path, like https://gate.example.com or https://example.com/gatehouse.`,
    );
  const [, first = ""] = path.split("/");
  if (!ownPaths.has(first)) return `${origin}${path}`;
  throw new ConfigError(
    `PUBLIC_URL is "${text}", but /${first} is a path of Gatehouse itself. Choose another one, like https://example.com/gatehouse.`,
  );
}

/** Where programs call Gatehouse, also without a proxy. */
const ownPaths: ReadonlySet<string> = new Set([
  "access",
  "api",
  "assets",
  "help",
  "livez",
  "metrics",
  "readyz",
  ".well-known",
]);

/** Of a PostgreSQL server. */
export const databaseProtocols = ["postgresql:", "postgres:"];

/**
 * The address of a database that was given as `name`.
 * @throws ConfigError when it can't be used
 */
export function readDatabaseUrl(name: string, text: string): string {
  return readUrl(name, text, databaseProtocols) ?? text;
}

/**
 * Another address of the database.
 * @throws ConfigError without `databaseUrl`, or when it can't be used
 */
export function readOtherDatabase(
  name: string,
  text: string | null,
  databaseUrl: string | null,
): string | null {
  if (text !== null && databaseUrl === null)
    throw new ConfigError(`${name} needs a DATABASE_URL: the embedded database has no other addresses.`);
  return readUrl(name, text, databaseProtocols);
}

/**
 * The value isn't part of a message: it may contain a password.
 * @throws ConfigError
 */
export function readUrl(name: string, text: string | null, protocols: readonly string[]): string | null {
  if (text === null) return null;
  const [, early] = /^\w+:\/\/[^/?#]*([/?#]).*@/s.exec(text) ?? [];
  if (early !== undefined) {
    throw new ConfigError(
      `${name} holds ${early} before an @, where the host would already be over. Percent-encode it in the user, the password or a parameter: %2F for /, %3F for ?, %23 for #, %40 for @.`,
    );
  }
  if (protocols.includes(URL.parse(text)?.protocol ?? "")) return text;
  if (protocols.some((protocol) => text.startsWith(`${protocol}//`))) {
    throw new ConfigError(
      `${name} can't be read as a URL. Name one host and one port, and percent-encode special characters in user and password.`,
    );
  }
  const starts = protocols.map((protocol) => `${protocol}//`).join(" or ");
  throw new ConfigError(`${name} is not a URL that can be used. It starts with ${starts}.`);
}
