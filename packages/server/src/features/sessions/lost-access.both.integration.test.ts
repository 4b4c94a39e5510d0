/** What the cookie of a session is told after an organization has ended it. */
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type ApiClient, type ApiResponse, getIfMatch } from "../../../test/api-client.ts";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import type { TestOrganization, TestUser } from "../../../test/factories.ts";

let t: TestApp;
let acme: TestOrganization;
let ada: TestUser;
let cookie: string;
let asOwner: ApiClient;
let path: string;

beforeAll(async () => {
  t = await createTestApp();
});
afterAll(() => t.close());
beforeEach(async () => {
  acme = await t.organization("Acme");
  ada = await t.user(acme, { roles: ["viewer"] });
  cookie = `gatehouse=${await t.session(ada)}`;
  asOwner = t.as(acme.owner);
  path = `/organizations/${acme.organizationId}/users/${ada.userId}`;
});

const readStatus = async (cookies = cookie) =>
  (await t.anonymous.get("/sessions/status", { cookie: cookies })).json<{
    session: unknown;
    lostAccess: unknown;
  }>();
async function setStatus(status: "active" | "suspended"): Promise<ApiResponse> {
  return asOwner.patch(path, { status }, await getIfMatch(asOwner, path));
}

test("says which organization suspended the user, until it restores them", async () => {
  expect(await readStatus()).toMatchObject({ session: { user: { id: ada.accountId } }, lostAccess: null });
  await setStatus("suspended");
  const lostAccess = { reason: "suspended", organization: "Acme" };
  expect(await readStatus()).toMatchObject({ session: null, lostAccess });
  expect((await t.anonymous.get("/me", { cookie })).json()).toMatchObject({ code: "auth/required" });
  await setStatus("active");
  expect(await readStatus()).toMatchObject({ session: null, lostAccess: null });
});

test("says which organization removed the user", async () => {
  await asOwner.delete(path, await getIfMatch(asOwner, path));
  const lostAccess = { reason: "removed", organization: "Acme" };
  expect(await readStatus()).toMatchObject({ session: null, lostAccess });
});

test("keeps a session that another organization still lets in", async () => {
  await t.user(await t.organization(), { sameAccountAs: ada });
  await setStatus("suspended");
  expect(await readStatus()).toMatchObject({ session: { user: { id: ada.accountId } }, lostAccess: null });
  expect(await t.sql("SELECT 1 FROM ended_sessions WHERE account_id = $1", [ada.accountId])).toEqual([]);
});

test("says nothing to other cookies, and nothing after signing out", async () => {
  const other = `gatehouse=${await t.session(ada)}`;
  await t.anonymous.delete("/sessions/current", { cookie: other });
  await setStatus("suspended");
  for (const cookies of [other, "gatehouse=unknown", "gatehouse=", ""])
    expect(await readStatus(cookies), cookies).toMatchObject({ session: null, lostAccess: null });
});
