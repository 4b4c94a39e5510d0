/** Signs users in to a panel on another host: proxies the panel's `/gatehouse/` paths to Gatehouse. */
import { toResponse, unavailable } from "./authorize.ts";

/** Handles requests for `/gatehouse/sign-in`, `/gatehouse/session` and `/gatehouse/sign-out`; null for all others. */
export type SignIn = (request: Request) => Promise<Response | null>;

/** Options of `createSignIn`. */
export interface SignInOptions {
  /** Without a trailing slash. */
  readonly url: string;
  readonly organizationId: string;
  /** The panel's origin. Never taken from a request. */
  readonly origin: string | undefined;
  readonly fetch?: typeof fetch;
  /** Response timeout in milliseconds. */
  readonly timeout: number;
}

/** Response headers that are forwarded. */
const responseHeaders = [
  "location",
  "content-type",
  "cache-control",
  "referrer-policy",
  "retry-after",
  "x-request-id",
];

/** Creates the sign-in handler. It sends nothing until a user signs in. */
export function createSignIn({ url, organizationId, origin, timeout, ...options }: SignInOptions): SignIn {
  const fetchFunction = options.fetch ?? fetch;
  return async (request) => {
    const { pathname, search } = new URL(request.url);
    const [, step] = /^\/gatehouse\/(sign-in|session|sign-out)$/.exec(pathname) ?? [];
    if (step === undefined) return null;
    if (origin === undefined)
      throw new TypeError("Give createGatehouse the panel's own origin, as in https://panel.example.com.");
    const query = new URLSearchParams({ organization: organizationId, origin });
    const response = await fetchFunction(
      `${url}/api/v1/hand-off/${step}?${query}${search.replace("?", "&")}`,
      {
        method: request.method,
        headers: toRequestHeaders(request),
        redirect: "manual",
        signal: AbortSignal.timeout(timeout),
      },
    ).catch(() => null);
    return response === null ? toResponse(unavailable) : toPanelResponse(response);
  };
}

/** Forwards only Gatehouse's cookies, never the panel's. */
function toRequestHeaders({ headers }: Request): Headers {
  const forwarded = new Headers();
  const cookies = (headers.get("cookie") ?? "").split(/; */);
  forwarded.set(
    "cookie",
    cookies.filter((pair) => /^(?:__Host-)?gatehouse-(?:panel|state)=/.test(pair)).join("; "),
  );
  for (const name of ["accept", "origin"]) forwarded.set(name, headers.get(name) ?? "");
  return forwarded;
}

function toPanelResponse(response: Response): Response {
  const headers = new Headers();
  for (const name of responseHeaders) {
    const value = response.headers.get(name);
    if (value !== null) headers.set(name, value);
  }
  for (const cookie of response.headers.getSetCookie()) headers.append("set-cookie", cookie);
  return new Response(response.body, { status: response.status, headers });
}
