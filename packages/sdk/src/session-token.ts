/** Where a request carries the session of whoever sent it. */

/** Gatehouse's cookie, by https and by plain http, and a panel's own after a hand-off. */
const cookieNames: readonly string[] = [
  "__Host-gatehouse-panel",
  "gatehouse-panel",
  "__Host-gatehouse",
  "gatehouse",
];

type HeaderValue = string | readonly string[] | null | undefined;

/** A request of any kind: with `headers` of the Fetch standard or of Node, or one that keeps such a request as `raw`. */
export interface RequestLike {
  readonly headers?: { get(name: string): string | null } | Readonly<Record<string, HeaderValue>>;
  readonly raw?: unknown;
}

/** The token of the session, or null. */
export function sessionTokenOf(request: RequestLike): string | null {
  const cookies = new Map<string, string>();
  for (const pair of cookieHeaderOf(request).split(";")) {
    const equals = pair.indexOf("=");
    const name = pair.slice(0, equals).trim();
    if (equals > 0 && !cookies.has(name)) cookies.set(name, pair.slice(equals + 1).trim());
  }
  for (const name of cookieNames) {
    const token = cookies.get(name);
    if (token !== undefined && token !== "") return token;
  }
  return null;
}

function cookieHeaderOf({ headers, raw }: RequestLike): string {
  if (headers === undefined) {
    return typeof raw === "object" && raw !== null ? cookieHeaderOf(raw) : "";
  }
  const value = hasGet(headers) ? headers.get("cookie") : headers["cookie"];
  return typeof value === "string" ? value : (value ?? []).join("; ");
}

function hasGet(
  headers: NonNullable<RequestLike["headers"]>,
): headers is { get(name: string): string | null } {
  return typeof headers.get === "function";
}
