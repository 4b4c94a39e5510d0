/** Signs people in to a panel on a host of its own: hands Gatehouse's answers on below the panel's `/gatehouse/`. */
import { problemType } from "./guard.ts";

/** Answers requests for `/gatehouse/sign-in`, `/gatehouse/session` and `/gatehouse/sign-out`; null for all others. */
export type SignIn = (request: Request) => Promise<Response | null>;

/** What signing in needs. */
export interface SignInOptions {
  /** Without a slash at the end. */
  readonly url: string;
  readonly organizationId: string;
  /** The panel's own, never what a request claims. */
  readonly origin: string | undefined;
  readonly fetch?: typeof fetch;
  /** Milliseconds that an answer may take. */
  readonly timeout: number;
}

/** The headers that an answer keeps. */
const kept = ["location", "content-type", "cache-control", "referrer-policy", "retry-after", "x-request-id"];

/** Nothing is sent before somebody signs in. */
export function createSignIn({ url, organizationId, origin, timeout, ...options }: SignInOptions): SignIn {
  const ask = options.fetch ?? fetch;
  return async (request) => {
    const { pathname, search } = new URL(request.url);
    const [, step] = /^\/gatehouse\/(sign-in|session|sign-out)$/.exec(pathname) ?? [];
    if (step === undefined) return null;
    if (origin === undefined)
      throw new TypeError("Give createGatehouse the panel's own origin, as in https://panel.example.com.");
    const panel = new URLSearchParams({ organization: organizationId, origin });
    const answer = await ask(`${url}/api/v1/hand-off/${step}?${panel}${search.replace("?", "&")}`, {
      method: request.method,
      headers: headersOf(request),
      redirect: "manual",
      signal: AbortSignal.timeout(timeout),
    }).catch(() => null);
    return answer === null ? unreachable() : handOn(answer);
  };
}

/** Of the cookies only Gatehouse's own: those of the panel are none of its business. */
function headersOf({ headers }: Request): Headers {
  const passed = new Headers();
  const cookies = (headers.get("cookie") ?? "").split(/; */);
  passed.set(
    "cookie",
    cookies.filter((pair) => /^(?:__Host-)?gatehouse-(?:panel|state)=/.test(pair)).join("; "),
  );
  for (const name of ["accept", "origin"]) passed.set(name, headers.get(name) ?? "");
  return passed;
}

function handOn(answer: Response): Response {
  const headers = new Headers();
  for (const name of kept) {
    const value = answer.headers.get(name);
    if (value !== null) headers.set(name, value);
  }
  for (const cookie of answer.headers.getSetCookie()) headers.append("set-cookie", cookie);
  return new Response(answer.body, { status: answer.status, headers });
}

function unreachable(): Response {
  const problem = {
    type: "about:blank",
    title: "Nobody can sign in now",
    status: 503,
    code: "gatehouse/unreachable",
    detail: "Gatehouse gave no answer. Try again in a moment.",
  };
  const headers = { "content-type": problemType, "retry-after": "2" };
  return new Response(JSON.stringify(problem), { status: 503, headers });
}
