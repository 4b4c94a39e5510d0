import { expect, test, vi } from "vitest";
import { buildPath, readBody, sendRequest, type Transport } from "./request.ts";

const unreachable = new Error("unreachable");

function createTransport(respond: () => Response | Promise<Response>) {
  const send = vi.fn(async (_url: string, _init: RequestInit) => respond());
  const transport: Transport = {
    base: "https://gatehouse.example/api/v1",
    fetch: send,
    createUnreachableError: () => unreachable,
    readError: async (response) => new Error(`status ${response.status}`),
  };
  return { transport, send };
}

test("builds the path with escaped parameters and without undefined query parameters", () => {
  const params = { organizationId: "o", userId: "../a b" };
  const query = { limit: 5, sort: undefined, search: "şahin & co" };
  expect(buildPath("GET /organizations/:organizationId/users/:userId", { params })).toBe(
    "/organizations/o/users/..%2Fa%20b",
  );
  expect(buildPath("GET /me", { query })).toBe("/me?limit=5&search=%C5%9Fahin+%26+co");
});

test("a missing parameter is an error: the request would reach another endpoint", async () => {
  const { transport, send } = createTransport(() => new Response());
  const route = "DELETE /me/sessions/:sessionId";
  await expect(sendRequest(transport, route)).rejects.toThrow("needs the parameter sessionId");
  expect(send).not.toHaveBeenCalled();
});

test("sends body, version and idempotency key", async () => {
  const { transport, send } = createTransport(() => Response.json({ ok: true }));
  const parts = { body: { name: "Ada" }, ifMatch: '"2"', idempotencyKey: "k" };
  const response = await sendRequest(transport, "PATCH /me", parts);
  expect(await readBody(transport, response)).toEqual({ ok: true });
  expect(send).toHaveBeenCalledWith("https://gatehouse.example/api/v1/me", {
    method: "PATCH",
    body: '{"name":"Ada"}',
    headers: { "content-type": "application/json", "if-match": '"2"', "idempotency-key": "k" },
  });
});

test("throws the transport's errors: for an error response, no response and an unreadable body", async () => {
  const failed = createTransport(() => new Response(null, { status: 403 })).transport;
  await expect(sendRequest(failed, "GET /me")).rejects.toThrow("status 403");
  const down = createTransport(() => Promise.reject(new TypeError("Failed to fetch"))).transport;
  await expect(sendRequest(down, "GET /me")).rejects.toBe(unreachable);
  await expect(readBody(down, new Response("<h1>Hello</h1>"))).rejects.toBe(unreachable);
});

test("rethrows the reason of an aborted signal", async () => {
  const reason = new DOMException("Aborted", "AbortError");
  const { transport } = createTransport(() => Promise.reject(reason));
  await expect(sendRequest(transport, "GET /me", { signal: AbortSignal.abort() })).rejects.toBe(reason);
});

test("a 204 response has no body", async () => {
  const { transport } = createTransport(() => new Response(null, { status: 204 }));
  expect(await readBody(transport, new Response(null, { status: 204 }))).toBeUndefined();
});
