import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestApp, type TestApp } from "./create-test-app.ts";

let t: TestApp;
beforeAll(async () => {
  t = await createTestApp();
});
afterAll(() => t.close());

test("clients of users, keys and anonymous callers use the same server", async () => {
  const acme = await t.organization("Acme");
  const path = `/organizations/${acme.organizationId}/users`;
  const { key } = await t.apiKey(acme);
  const outsider = (await t.organization("Other")).owner;
  const responses = await Promise.all([
    t.as(acme.owner).get(path),
    t.withKey(key).get(path),
    t.anonymous.get(path),
    t.as(outsider).get(path),
  ]);
  expect(responses.map(({ statusCode }) => statusCode)).toEqual([200, 200, 401, 404]);
  expect(responses[0]?.json()).toMatchObject({ items: [{ id: acme.owner.userId, email: acme.owner.email }] });
});

test("an invitation email stays in the outbox until `drainOutbox`", async () => {
  const acme = await t.organization();
  const invitations = [{ email: "new@example.test", roleIds: [acme.roles.viewer] }];
  const response = await t
    .as(acme.owner)
    .post(`/organizations/${acme.organizationId}/invitations`, { invitations });
  expect(response.statusCode).toBe(200);
  expect(t.mailbox.messages).toEqual([]);
  expect(await t.drainOutbox()).toBe(1);
  expect(t.mailbox.messages.map(({ to }) => to)).toEqual(["new@example.test"]);
});
