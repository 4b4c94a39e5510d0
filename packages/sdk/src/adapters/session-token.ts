/** Reads the session token from a request's cookies. */

/**
 * The panel's own cookie (set by a hand-off) and Gatehouse's. Over https only `__Host-` cookies are accepted: another subdomain
 * could set any other name.
 */
function cookieNames(origin: string | undefined): readonly string[] {
  if (origin === undefined) return ["__Host-gatehouse", "gatehouse"];
  const prefix = origin.startsWith("https:") ? "__Host-" : "";
  return [`${prefix}gatehouse-panel`, `${prefix}gatehouse`];
}

type HeaderValue = string | readonly string[] | null | undefined;

/** Any request: with `headers` of the Fetch standard or of Node, or with such a request as `raw`. */
export interface RequestLike {
  readonly headers?: { get(name: string): string | null } | Readonly<Record<string, HeaderValue>>;
  readonly raw?: unknown;
  /** The visitor's address, as Fastify and Express provide it. */
  readonly ip?: unknown;
}

/** The session token, or null. `origin` is the panel's origin if it is on another host than Gatehouse. */
export function readSessionToken(request: RequestLike, origin: string | undefined): string | null {
  const cookies = new Map<string, string>();
  for (const pair of readCookieHeader(request).split(";")) {
    const equals = pair.indexOf("=");
    const name = pair.slice(0, equals).trim();
    if (equals > 0 && !cookies.has(name)) cookies.set(name, pair.slice(equals + 1).trim());
  }
  for (const name of cookieNames(origin)) {
    const token = cookies.get(name);
    if (token !== undefined && token !== "") return token;
  }
  return null;
}

function readCookieHeader({ headers, raw }: RequestLike): string {
  if (headers === undefined) {
    return typeof raw === "object" && raw !== null ? readCookieHeader(raw) : "";
  }
  const value = hasGet(headers) ? headers.get("cookie") : headers["cookie"];
  return typeof value === "string" ? value : (value ?? []).join("; ");
}

function hasGet(
  headers: NonNullable<RequestLike["headers"]>,
): headers is { get(name: string): string | null } {
  return typeof headers.get === "function";
}
