/** Replaces the HTTP API in component tests: `fetch` and `EventSource`. */
import type { ChangeEvent } from "@gatehouse/sdk/contract";
import { vi } from "vitest";
import type { ResponseBody, RouteName } from "../src/lib/api/request.ts";

/** A request of the panel. */
interface StubRequest {
  readonly query: URLSearchParams;
  readonly body: unknown;
  readonly ifMatch: string | null;
}

/** A response body, or a function that returns one; `json`, `problem` and `noContent` create other responses. */
type Stub<N extends RouteName> =
  | (ResponseBody<N> & object)
  | ((request: StubRequest) => ResponseBody<N> | Response | Promise<ResponseBody<N> | Response>);

/** Responses by endpoint: `{ "GET /me": me }`. */
export type Stubs = { readonly [N in RouteName]?: Stub<N> };

/** A response with a version. */
export function json(body: unknown, etag: string): Response {
  return Response.json(body, { headers: { etag } });
}

/** An error response (RFC 9457), with the paths of its fields. */
export function problem(status: number, code: string, paths: readonly string[] = []): Response {
  const headers = { "content-type": "application/problem+json" };
  return new Response(
    JSON.stringify({ status, code, title: code, errors: paths.map((path) => ({ path, code, detail: "" })) }),
    { status, headers },
  );
}

/** The response of an endpoint without a body. */
export function noContent(): Response {
  return new Response(null, { status: 204 });
}

/** The stubbed API. */
export interface StubbedApi {
  /** Requests without a stub; a test with one fails. */
  readonly missing: readonly string[];
  /** Sends a change event to the page, as the server does after another user's change. */
  readonly emitChange: (change: Pick<ChangeEvent, "action" | "target">) => void;
}

/** Stubs the API until `vi.unstubAllGlobals()`. */
export function stubApi(stubs: Stubs): StubbedApi {
  const missing: string[] = [];
  const sources = new Set<EventTarget>();
  const entries = Object.entries(stubs).map(([name, stub]) => ({ matches: createMatcher(name), stub }));
  const { fetch } = globalThis;
  vi.stubGlobal("fetch", async (url: string, init: RequestInit = {}) => {
    if (!url.startsWith("/api/")) return fetch(url, init);
    const { pathname, searchParams: query } = new URL(url, location.origin);
    const line = `${init.method ?? "GET"} ${pathname}`;
    const stub = entries.find(({ matches }) => matches(line))?.stub as
      | object
      | ((request: StubRequest) => unknown)
      | undefined;
    if (stub === undefined) {
      missing.push(line);
      return problem(501, "tests/no-stub");
    }
    if (typeof stub !== "function") return Response.json(stub);
    const body: unknown = typeof init.body === "string" ? JSON.parse(init.body) : null;
    const answer = await stub({ query, body, ifMatch: new Headers(init.headers).get("if-match") });
    return answer instanceof Response ? answer : Response.json(answer);
  });
  vi.stubGlobal(
    "EventSource",
    class extends EventTarget {
      static readonly CLOSED = 2;
      readonly readyState = 1;
      constructor() {
        super();
        sources.add(this);
      }
      close(): void {
        sources.delete(this);
      }
    },
  );
  let sequence = 0;
  return {
    missing,
    emitChange({ action, target }) {
      sequence += 1;
      const change: ChangeEvent = { sequence, action, target, actorId: null, requestId: null };
      const message = { data: JSON.stringify(change), lastEventId: String(sequence) };
      for (const source of sources) source.dispatchEvent(new MessageEvent("change", message));
    },
  };
}

function createMatcher(name: string): (line: string) => boolean {
  const [method = "", path = ""] = name.split(" ");
  const pattern = new RegExp(`^${method} /api/v1${path.replaceAll(/:\w+/g, "[^/]+")}$`);
  return (line) => pattern.test(line);
}
