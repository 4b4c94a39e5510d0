import { afterEach, expect, test, vi } from "vitest";
import { createReauthentication } from "../session/reauthentication.ts";
import { createApi } from "./use-api.tsx";

afterEach(() => vi.unstubAllGlobals());

const unauthorized = (code: string) =>
  new Response(JSON.stringify({ code }), {
    status: 401,
    headers: { "content-type": "application/problem+json" },
  });

/** Stubs `fetch` with responses in order. */
function stubResponses(...responses: Response[]) {
  const fetch = vi.fn(async (_url: string) => responses.shift() ?? new Response("{}"));
  vi.stubGlobal("fetch", fetch);
  return fetch;
}

test("uses the current organization unless the call names another", async () => {
  const fetch = stubResponses();
  const api = createApi("mine", createReauthentication());
  await api("GET /organizations/:organizationId/permissions");
  await api("GET /organizations/:organizationId/permissions", { params: { organizationId: "other" } });
  expect(fetch.mock.calls.map(([url]) => url)).toEqual([
    "/api/v1/organizations/mine/permissions",
    "/api/v1/organizations/other/permissions",
  ]);
});

test("repeats a request after a new sign-in", async () => {
  const reauthentication = createReauthentication();
  const fetch = stubResponses(unauthorized("auth/required"), new Response('{"groups":[]}'));
  const answer = createApi("o", reauthentication)("GET /organizations/:organizationId/permissions");
  await vi.waitFor(() => expect(reauthentication.isWaiting()).toBe(true));
  reauthentication.settle(true);
  expect(await answer).toEqual({ groups: [] });
  expect(fetch).toHaveBeenCalledTimes(2);
});

test("requests that fail together wait for one sign-in", async () => {
  const reauthentication = createReauthentication();
  stubResponses(unauthorized("auth/required"), unauthorized("auth/required"));
  const opened = vi.fn();
  reauthentication.subscribe(opened);
  const api = createApi("o", reauthentication);
  const both = Promise.all([api("GET /me"), api("DELETE /sessions")]);
  await vi.waitFor(() => expect(reauthentication.isWaiting()).toBe(true));
  reauthentication.settle(true);
  await both;
  expect(opened).toHaveBeenCalledTimes(2);
});

test("a request fails with its error when the dialog is dismissed", async () => {
  const reauthentication = createReauthentication();
  stubResponses(unauthorized("auth/required"));
  const answer = createApi("o", reauthentication)("GET /me").catch((error: unknown) => error);
  await vi.waitFor(() => expect(reauthentication.isWaiting()).toBe(true));
  reauthentication.settle(false);
  expect(await answer).toMatchObject({ code: "auth/required" });
});

test("a suspended membership causes no new sign-in", async () => {
  const reauthentication = createReauthentication();
  stubResponses(unauthorized("auth/suspended"));
  await expect(createApi("o", reauthentication)("GET /me")).rejects.toMatchObject({ code: "auth/suspended" });
  expect(reauthentication.isWaiting()).toBe(false);
});
