import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestApp, type TestApp } from "./create-test-app.ts";

let t: TestApp;
beforeAll(async () => {
  t = await createTestApp();
});
afterAll(() => t.close());

test("a user, a key and a stranger ask the same server and get what they are due", async () => {
  const acme = await t.organization("Acme");
  const path = `/organizations/${acme.organizationId}/users`;
  const { key } = await t.apiKey(acme);
  const outsider = (await t.organization("Other")).owner;
  const answers = await Promise.all([
    t.as(acme.owner).get(path),
    t.withKey(key).get(path),
    t.anonymous.get(path),
    t.as(outsider).get(path),
  ]);
  expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 401, 404]);
  expect(answers[0]?.json()).toMatchObject({ items: [{ id: acme.owner.userId, email: acme.owner.email }] });
});

test("an invitation that is sent waits in the outbox until the test lets the worker run", async () => {
  const acme = await t.organization();
  const invitations = [{ email: "new@example.test", roleIds: [acme.roles.viewer] }];
  const answer = await t
    .as(acme.owner)
    .post(`/organizations/${acme.organizationId}/invitations`, { invitations });
  expect(answer.statusCode).toBe(200);
  expect(t.mailbox.messages).toEqual([]);
  expect(await t.drainOutbox()).toBe(1);
  expect(t.mailbox.messages.map(({ to }) => to)).toEqual(["new@example.test"]);
});
