import { afterEach, expect, test, vi } from "vitest";
import { createApi } from "./api.tsx";
import { createSessionGate } from "./session-gate.ts";

afterEach(() => vi.unstubAllGlobals());

const refused = (code: string) =>
  new Response(JSON.stringify({ code }), {
    status: 401,
    headers: { "content-type": "application/problem+json" },
  });

/** Answers the requests one after the other. */
function answers(...responses: Response[]) {
  const fetch = vi.fn(async (_address: string) => responses.shift() ?? new Response("{}"));
  vi.stubGlobal("fetch", fetch);
  return fetch;
}

test("fills in the organization, but not over another one", async () => {
  const fetch = answers();
  const api = createApi("mine", createSessionGate());
  await api("GET /organizations/:organizationId/permissions");
  await api("GET /organizations/:organizationId/permissions", { params: { organizationId: "other" } });
  expect(fetch.mock.calls.map(([address]) => address)).toEqual([
    "/api/v1/organizations/mine/permissions",
    "/api/v1/organizations/other/permissions",
  ]);
});

test("a request of an ended session goes on after signing in again", async () => {
  const gate = createSessionGate();
  const fetch = answers(refused("auth/required"), new Response('{"groups":[]}'));
  const answer = createApi("o", gate)("GET /organizations/:organizationId/permissions");
  await vi.waitFor(() => expect(gate.isWaiting()).toBe(true));
  gate.settle(true);
  expect(await answer).toEqual({ groups: [] });
  expect(fetch).toHaveBeenCalledTimes(2);
});

test("requests that fail together wait behind one question", async () => {
  const gate = createSessionGate();
  answers(refused("auth/required"), refused("auth/required"));
  const opened = vi.fn();
  gate.subscribe(opened);
  const api = createApi("o", gate);
  const both = Promise.all([api("GET /me"), api("DELETE /sessions")]);
  await vi.waitFor(() => expect(gate.isWaiting()).toBe(true));
  gate.settle(true);
  await both;
  expect(opened).toHaveBeenCalledTimes(2);
});

test("a request fails with its refusal when the question is put aside", async () => {
  const gate = createSessionGate();
  answers(refused("auth/required"));
  const answer = createApi("o", gate)("GET /me").catch((error: unknown) => error);
  await vi.waitFor(() => expect(gate.isWaiting()).toBe(true));
  gate.settle(false);
  expect(await answer).toMatchObject({ code: "auth/required" });
});

test("a suspended membership is not asked to sign in again", async () => {
  const gate = createSessionGate();
  answers(refused("auth/suspended"));
  await expect(createApi("o", gate)("GET /me")).rejects.toMatchObject({ code: "auth/suspended" });
  expect(gate.isWaiting()).toBe(false);
});
