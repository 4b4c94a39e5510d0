import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { ApiClient } from "../../../test/api-client.ts";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import { readDatabaseState } from "../../../test/database-state.ts";
import type { TestOrganization } from "../../../test/factories.ts";
import { invite } from "../../../test/invitations.ts";

let t: TestApp;
let organization: TestOrganization;
let asManager: ApiClient;
let base: string;
let old: string;

beforeAll(async () => {
  t = await createTestApp();
});
afterAll(() => t.close());
beforeEach(async () => {
  organization = await t.organization();
  asManager = t.as(await t.user(organization, { roles: ["app-admin"] }));
  base = `/organizations/${organization.organizationId}`;
  await asManager.get(`${base}/roles`);
  old = await t.role(organization, { name: "Old", permissions: ["campaigns:edit"] });
});

const replace = () =>
  asManager.delete(`${base}/roles/${old}?replacement=${organization.roles.viewer}`, { "if-match": '"1"' });

test("changes no roles if one user exceeds the actor's permissions", async () => {
  await t.user(organization, { name: "Below", roles: [old] });
  for (const name of ["Ada", "Bela", "Cem", "Deniz", "Ece"])
    await t.user(organization, { name, roles: ["owner", old] });
  const before = await readDatabaseState(t);
  const response = await replace();
  expect(response.json()).toMatchObject({ status: 403, code: "forbidden/grant-ceiling" });
  expect(response.json<{ detail: string }>().detail).toMatch(
    /^What Ada, Bela, Cem, 2 more may do goes beyond/,
  );
  expect(await readDatabaseState(t)).toEqual(before);
});

test("rejects the replacement for a suspended user above the ceiling", async () => {
  await t.user(organization, { roles: ["owner", old], status: "suspended" });
  const before = await readDatabaseState(t);
  expect((await replace()).json()).toMatchObject({ code: "forbidden/grant-ceiling" });
  expect(await readDatabaseState(t)).toEqual(before);
});

test("rejects the replacement for an invitation above the ceiling", async () => {
  await invite(t, organization, "above@example.test", { roles: ["owner", old] });
  const before = await readDatabaseState(t);
  expect((await replace()).json()).toMatchObject({ code: "forbidden/grant-ceiling" });
  expect(await readDatabaseState(t)).toEqual(before);
});

test("replaces the role for users within the ceiling who have other roles too", async () => {
  await t.user(organization, { roles: ["marketer", old] });
  await t.user(organization, { roles: [old] });
  expect((await replace()).statusCode).toBe(204);
});
