import { afterEach, describe, expect, test, vi } from "vitest";
import { ApiProblem, buildUrl, request } from "./request.ts";

/** Stubs `fetch` with a response. */
function stubResponse(response: Response | Error) {
  const fetch = vi.fn(async (_address: string, _init: RequestInit) => {
    if (response instanceof Error) throw response;
    return response;
  });
  vi.stubGlobal("fetch", fetch);
  return fetch;
}

afterEach(() => vi.unstubAllGlobals());

const problem = (fields: object, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify(fields), {
    status: 429,
    headers: { "content-type": "application/problem+json; charset=utf-8", ...headers },
  });

describe("buildUrl", () => {
  const name = "GET /organizations/:organizationId/users/:userId";

  test("inserts escaped path parameters", () => {
    const url = buildUrl(name, { params: { organizationId: "o", userId: "../a b" } });
    expect(url).toBe("/api/v1/organizations/o/users/..%2Fa%20b");
  });

  test("omits undefined query parameters", () => {
    const url = buildUrl("GET /me", { query: { q: "şahin & co", status: undefined } });
    expect(url).toBe("/api/v1/me?q=%C5%9Fahin+%26+co");
  });

  test("throws when a path parameter is missing", () => {
    expect(() => buildUrl(name, { params: { organizationId: "o" } })).toThrow("userId");
  });
});

describe("request", () => {
  test("sends a JSON body and returns body and ETag", async () => {
    const fetch = stubResponse(new Response('{"ok":true}', { headers: { etag: '"3"' } }));
    const result = await request("PATCH /me", {
      body: { language: "tr" },
      ifMatch: '"2"',
      idempotencyKey: "k",
    });
    expect(result).toEqual({ body: { ok: true }, etag: '"3"' });
    expect(fetch.mock.calls[0]?.[1]).toMatchObject({
      method: "PATCH",
      body: '{"language":"tr"}',
      headers: { "content-type": "application/json", "if-match": '"2"', "idempotency-key": "k" },
    });
  });

  test("turns a problem document into an ApiProblem", async () => {
    const fields = {
      code: "throttled",
      detail: "Wait.",
      requestId: "r1",
      errors: [{ path: "email", code: "x", detail: "y" }],
    };
    stubResponse(problem(fields, { "retry-after": "90" }));
    const error = await request("GET /me").catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ApiProblem);
    expect(error).toMatchObject({ status: 429, ...fields, params: {}, retryAfter: 90 });
  });

  test("keeps status and request id of other error bodies", async () => {
    stubResponse(new Response("<h1>Bad gateway</h1>", { status: 502, headers: { "x-request-id": "r2" } }));
    await expect(request("GET /me")).rejects.toMatchObject({
      status: 502,
      code: "internal",
      requestId: "r2",
    });
  });

  test("throws network/unreachable without a response", async () => {
    stubResponse(new TypeError("Failed to fetch"));
    await expect(request("GET /me")).rejects.toMatchObject({ status: 0, code: "network/unreachable" });
  });

  test("rethrows the abort of the caller", async () => {
    const leaving = new AbortController();
    leaving.abort();
    stubResponse(new DOMException("Aborted", "AbortError"));
    await expect(request("GET /me", { signal: leaving.signal })).rejects.toThrow("Aborted");
  });

  test("reads no body of a 204 response", async () => {
    stubResponse(new Response(null, { status: 204 }));
    expect(await request("DELETE /sessions/current")).toEqual({ body: undefined, etag: "" });
  });
});
