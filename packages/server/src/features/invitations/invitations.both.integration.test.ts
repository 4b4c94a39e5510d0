import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import {
  acceptWithNewAccount,
  extractToken,
  invite,
  inviteAll,
  validPassword,
} from "../../../test/invitations.ts";
import { runConcurrently } from "../../../test/run-concurrently.ts";

let t: TestApp;
beforeAll(async () => {
  t = await createTestApp({ config: { publicUrl: "http://127.0.0.1:3000" } });
});
afterAll(() => t.close());

test("an invitation is sent, looked up and accepted, and the new user is signed in with exactly its roles", async () => {
  const lodos = await t.organization("Lodos Retail");
  const sent = await invite(t, lodos, "Elif.Demirci@lodos.example", {
    roles: ["marketer", "viewer"],
    more: { message: "Welcome!", expiresInDays: 3 },
  });
  expect(sent).toMatchObject({
    status: "pending",
    delivery: "queued",
    lastSentAt: null,
    email: "elif.demirci@lodos.example",
  });

  expect(await t.drainOutbox()).toBe(1);
  const mail = t.mailbox.messages.at(-1);
  expect(mail).toMatchObject({
    to: "elif.demirci@lodos.example",
    subject: `${lodos.owner.name} invites you to Lodos Retail`,
  });
  expect(mail?.text).toContain("> Welcome!");

  const token = extractToken(mail);
  const offer = await t.anonymous.post("/invitations/lookup", { token });
  expect(offer.statusCode).toBe(200);
  expect(offer.json()).toMatchObject({
    organization: { name: "Lodos Retail" },
    inviter: { name: lodos.owner.name },
    email: "elif.demirci@lodos.example",
    roles: [{ name: "Marketer" }, { name: "Viewer" }],
    expiresAt: sent.expiresAt,
    accountExists: false,
  });

  const accepted = await acceptWithNewAccount(t, token);
  expect(accepted.statusCode).toBe(201);
  const { userId, organizationId } = accepted.json();
  expect(organizationId).toBe(lodos.organizationId);
  const cookie = accepted.cookies[0];
  const me = await t.anonymous.get("/me", { cookie: `${cookie?.name}=${cookie?.value}` });
  expect(me.json()).toMatchObject({
    account: { name: "Elif Demirci", email: "elif.demirci@lodos.example" },
    organizations: [
      { id: organizationId, userId, status: "active", roles: [{ name: "Marketer" }, { name: "Viewer" }] },
    ],
  });

  const path = `/organizations/${organizationId}/invitations/${sent.id}`;
  expect((await t.as(lodos.owner).get(path)).json()).toMatchObject({ status: "accepted", delivery: "sent" });
  expect((await acceptWithNewAccount(t, token)).json()).toMatchObject({
    status: 410,
    code: "invitations/used",
  });
  expect(
    (await t.anonymous.post("/sessions", { email: "elif.demirci@lodos.example", password: validPassword }))
      .statusCode,
  ).toBe(201);
});

test("the audit log contains all actions in order", async () => {
  const lodos = await t.organization();
  const path = `/organizations/${lodos.organizationId}/invitations`;
  const { id } = await invite(t, lodos, "a@lodos.example");
  await invite(t, lodos, "a@lodos.example", { roles: ["marketer"] });
  await t.as(lodos.owner).post(`${path}/${id}/resend`);
  const { url } = (await t.as(lodos.owner).post(`${path}/${id}/link`)).json();
  await acceptWithNewAccount(t, extractToken(url));
  const other = await invite(t, lodos, "b@lodos.example");
  await t.as(lodos.owner).delete(`${path}/${other.id}`);

  const events = await t.sql(
    "SELECT action, actor_name, target_name FROM audit_events WHERE organization_id = $1 ORDER BY sequence",
    [lodos.organizationId],
  );

  expect(events.map((event) => `${event["actor_name"]} ${event["action"]} ${event["target_name"]}`)).toEqual([
    `${lodos.owner.name} invitations.sent a@lodos.example`,
    `${lodos.owner.name} invitations.replaced a@lodos.example`,
    `${lodos.owner.name} invitations.resent a@lodos.example`,
    `${lodos.owner.name} invitations.link-copied a@lodos.example`,
    "Elif Demirci invitations.accepted a@lodos.example",
    "Elif Demirci users.joined Elif Demirci",
    `${lodos.owner.name} invitations.sent b@lodos.example`,
    `${lodos.owner.name} invitations.revoked b@lodos.example`,
  ]);
});

test("inviting one address six times concurrently creates one pending invitation", async () => {
  const lodos = await t.organization();

  const answers = await runConcurrently(6, () => inviteAll(t, lodos, { emails: ["once@lodos.example"] }));

  const statuses = answers.map((answer) =>
    answer.status === "fulfilled" ? answer.value[0]?.status : answer.reason,
  );
  expect(statuses.toSorted()).toEqual(["created", ...Array.from({ length: 5 }, () => "replaced")]);
  const rows = await t.sql("SELECT generation FROM invitations WHERE organization_id = $1", [
    lodos.organizationId,
  ]);
  expect(rows).toEqual([{ generation: 6 }]);
});

test("eight concurrent accepts create one user", async () => {
  const lodos = await t.organization();
  const { id } = await invite(t, lodos, "eight@lodos.example");
  const { url } = (
    await t.as(lodos.owner).post(`/organizations/${lodos.organizationId}/invitations/${id}/link`)
  ).json();

  const answers = await runConcurrently(8, () => acceptWithNewAccount(t, extractToken(url)));

  const codes = answers.map((answer) =>
    answer.status === "fulfilled" ? answer.value.statusCode : answer.reason,
  );
  expect(codes.toSorted()).toEqual([201, ...Array.from({ length: 7 }, () => 410)]);
  expect(await t.sql("SELECT count(*)::int AS n FROM accounts WHERE email = 'eight@lodos.example'")).toEqual([
    { n: 1 },
  ]);
  expect(
    await t.sql(
      "SELECT count(*)::int AS n FROM users WHERE email = 'eight@lodos.example' AND organization_id = $1",
      [lodos.organizationId],
    ),
  ).toEqual([{ n: 1 }]);
});
