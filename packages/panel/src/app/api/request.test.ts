import { afterEach, describe, expect, test, vi } from "vitest";
import { ApiProblem } from "./problem.ts";
import { addressOf, request } from "./request.ts";

/** Puts an answer in the server's place and keeps what was asked of it. */
function answer(response: Response | Error) {
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

describe("addressOf", () => {
  const name = "GET /organizations/:organizationId/users/:userId";

  test("writes parameters into the path, escaped", () => {
    const address = addressOf(name, { params: { organizationId: "o", userId: "../a b" } });
    expect(address).toBe("/api/v1/organizations/o/users/..%2Fa%20b");
  });

  test("leaves out what the query doesn't set", () => {
    const address = addressOf("GET /me", { query: { q: "şahin & co", status: undefined } });
    expect(address).toBe("/api/v1/me?q=%C5%9Fahin+%26+co");
  });

  test("refuses a path with a hole in it", () => {
    expect(() => addressOf(name, { params: { organizationId: "o" } })).toThrow("userId");
  });
});

describe("request", () => {
  test("sends a body as JSON and answers body and version", async () => {
    const fetch = answer(new Response('{"ok":true}', { headers: { etag: '"3"' } }));
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
    answer(problem(fields, { "retry-after": "90" }));
    const error = await request("GET /me").catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ApiProblem);
    expect(error).toMatchObject({ status: 429, ...fields, params: {}, retryAfter: 90 });
  });

  test("keeps status and request id of an answer that is no problem document", async () => {
    answer(new Response("<h1>Bad gateway</h1>", { status: 502, headers: { "x-request-id": "r2" } }));
    await expect(request("GET /me")).rejects.toMatchObject({
      status: 502,
      code: "internal",
      requestId: "r2",
    });
  });

  test("says that nothing answered", async () => {
    answer(new TypeError("Failed to fetch"));
    await expect(request("GET /me")).rejects.toMatchObject({ status: 0, code: "network/unreachable" });
  });

  test("passes on that the caller gave up", async () => {
    const leaving = new AbortController();
    leaving.abort();
    answer(new DOMException("Aborted", "AbortError"));
    await expect(request("GET /me", { signal: leaving.signal })).rejects.toThrow("Aborted");
  });

  test("reads no body where there is none", async () => {
    answer(new Response(null, { status: 204 }));
    expect(await request("DELETE /sessions/current")).toEqual({ body: undefined, etag: "" });
  });
});
