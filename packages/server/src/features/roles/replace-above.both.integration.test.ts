import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { ApiClient } from "../../../test/api-client.ts";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import type { TestOrganization } from "../../../test/factories.ts";
import { invite } from "../../../test/inviting.ts";
import { stateOf } from "../../../test/state-of.ts";

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

test("a role isn't replaced with somebody who may do more than the actor: nobody's role changes", async () => {
  await t.user(organization, { name: "Below", roles: [old] });
  for (const name of ["Ada", "Bela", "Cem", "Deniz", "Ece"])
    await t.user(organization, { name, roles: ["owner", old] });
  const before = await stateOf(t);
  const answer = await replace();
  expect(answer.json()).toMatchObject({ status: 403, code: "forbidden/grant-ceiling" });
  expect(answer.json<{ detail: string }>().detail).toMatch(/^What Ada, Bela, Cem, 2 more may do goes beyond/);
  expect(await stateOf(t)).toEqual(before);
});

test("nor with somebody above who is suspended", async () => {
  await t.user(organization, { roles: ["owner", old], status: "suspended" });
  const before = await stateOf(t);
  expect((await replace()).json()).toMatchObject({ code: "forbidden/grant-ceiling" });
  expect(await stateOf(t)).toEqual(before);
});

test("nor in an invitation that offers more than the actor holds", async () => {
  await invite(t, organization, "above@example.test", { roles: ["owner", old] });
  const before = await stateOf(t);
  expect((await replace()).json()).toMatchObject({ code: "forbidden/grant-ceiling" });
  expect(await stateOf(t)).toEqual(before);
});

test("with people within what the actor may do it is replaced, whatever else they hold", async () => {
  await t.user(organization, { roles: ["marketer", old] });
  await t.user(organization, { roles: [old] });
  expect((await replace()).statusCode).toBe(204);
});
