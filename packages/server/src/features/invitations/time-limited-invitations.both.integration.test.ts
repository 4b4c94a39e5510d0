import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import type { TestOrganization } from "../../../test/factories.ts";
import { acceptWithNewAccount, getInvitationState, getInvitationToken } from "../../../test/invitations.ts";

let t: TestApp;
let lodos: TestOrganization;
let base: string;

beforeAll(async () => {
  t = await createTestApp();
  lodos = await t.organization("Lodos Retail");
  base = `/organizations/${lodos.organizationId}`;
});
afterAll(() => t.close());

const inDays = (days: number) => new Date(t.clock.now().getTime() + days * 24 * 3_600_000).toISOString();

interface Sent {
  readonly status: string;
  readonly invitation: { readonly id: string; readonly roles: readonly object[] };
}

async function send(invitation: object) {
  return t.as(lodos.owner).post(`${base}/invitations`, {
    invitations: [{ email: `new-${crypto.randomUUID()}@example.test`, ...invitation }],
  });
}

async function sendOne(invitation: object): Promise<Sent> {
  const response = await send(invitation);
  const [result] = response.json<{ results: Sent[] }>().results;
  if (result?.invitation === undefined) throw new Error(response.body);
  return result;
}

async function accept(id: string): Promise<readonly object[]> {
  const token = await getInvitationToken(t, lodos, id);
  const response = await acceptWithNewAccount(t, token);
  if (response.statusCode !== 201) throw new Error(response.body);
  const { userId } = response.json<{ userId: string }>();
  const user = await t.as(lodos.owner).get(`${base}/users/${userId}`);
  return user.json<{ roles: { id: string; expiresAt?: string }[] }>().roles.map(({ id, expiresAt }) => ({
    id,
    expiresAt,
  }));
}

test("offers roles without end, until an instant, and for days from joining", async () => {
  const { viewer, marketer, "call-center": callCenter } = lodos.roles;
  const fixed = inDays(40);
  const { invitation } = await sendOne({
    roles: [{ id: viewer }, { id: marketer, expiresAt: fixed }, { id: callCenter, forDays: 30 }],
  });

  expect(invitation.roles).toEqual([
    { id: callCenter, name: "Call Center", forDays: 30 },
    { id: marketer, name: "Marketer", expiresAt: fixed },
    { id: viewer, name: "Viewer" },
  ]);
  const token = await getInvitationToken(t, lodos, invitation.id);
  const offer = await t.anonymous.post("/invitations/lookup", { token });
  expect(offer.json<{ roles: object[] }>().roles).toMatchObject([
    { name: "Call Center", forDays: 30 },
    { name: "Marketer", expiresAt: fixed },
    { name: "Viewer" },
  ]);

  t.clock.advance(2 * 24 * 3_600_000);
  expect(await accept(invitation.id)).toEqual([
    { id: callCenter, expiresAt: inDays(30) },
    { id: marketer, expiresAt: fixed },
    { id: viewer, expiresAt: undefined },
  ]);
});

test("the email says until when or for how long each role is given", async () => {
  t.mailbox.messages.length = 0;
  await sendOne({
    roles: [
      { id: lodos.roles.viewer, expiresAt: "2027-05-03T10:00:00Z" },
      { id: lodos.roles.marketer, forDays: 30 },
    ],
  });
  await t.drainOutbox();

  expect(t.mailbox.messages[0]?.text).toContain("- Viewer: Until Monday, 3 May 2027, 10:00 (UTC). ");
  expect(t.mailbox.messages[0]?.text).toContain("- Marketer: For 30 days from joining. ");
});

test("a role whose end has passed isn't given, and an invitation without others can't be accepted", async () => {
  const { viewer, marketer } = lodos.roles;
  const both = await sendOne({ roles: [{ id: viewer }, { id: marketer, expiresAt: inDays(1) }] });
  const one = await sendOne({ roles: [{ id: marketer, expiresAt: inDays(1) }] });
  const token = await getInvitationToken(t, lodos, one.invitation.id);
  t.clock.advance(24 * 3_600_000);

  expect(await accept(both.invitation.id)).toEqual([{ id: viewer, expiresAt: undefined }]);
  const before = await getInvitationState(t);
  const refused = await acceptWithNewAccount(t, token);
  expect(refused.json()).toMatchObject({ status: 409, code: "invitations/access-ended" });
  expect(await getInvitationState(t)).toEqual(before);
  const resent = await t.as(lodos.owner).post(`${base}/invitations/${one.invitation.id}/resend`);
  expect(resent.json()).toMatchObject({ code: "invitations/access-ended" });
});

test("a second invitation replaces the ends, too", async () => {
  const email = "again@example.test";
  const { viewer } = lodos.roles;
  await sendOne({ email, roles: [{ id: viewer, forDays: 10 }] });
  const { status, invitation } = await sendOne({ email, roles: [{ id: viewer, expiresAt: inDays(3) }] });

  expect(status).toBe("replaced");
  expect(invitation.roles).toEqual([{ id: viewer, name: "Viewer", expiresAt: inDays(3) }]);
});

test("a deleted role's replacement is offered as long as the role was", async () => {
  const { viewer } = lodos.roles;
  const role = await t.role(lodos, { name: "Interns", permissions: ["campaigns:view"] });
  const { invitation } = await sendOne({ roles: [{ id: role, forDays: 12 }] });
  const both = await sendOne({
    roles: [
      { id: role, forDays: 12 },
      { id: viewer, forDays: 20 },
    ],
  });
  const endless = await sendOne({ roles: [{ id: role }, { id: viewer, forDays: 20 }] });

  const deleted = await t
    .as(lodos.owner)
    .delete(`${base}/roles/${role}?replacement=${viewer}`, { "if-match": '"1"' });

  expect(deleted.statusCode).toBe(204);
  const readRoles = async ({ id }: Sent["invitation"]) =>
    (await t.as(lodos.owner).get(`${base}/invitations/${id}`)).json<{ roles: object[] }>().roles;
  expect(await readRoles(invitation)).toEqual([{ id: viewer, name: "Viewer", forDays: 12 }]);
  expect(await readRoles(both.invitation)).toEqual([{ id: viewer, name: "Viewer", forDays: 20 }]);
  expect(await readRoles(endless.invitation)).toEqual([{ id: viewer, name: "Viewer" }]);
});

test.for<[string, (roles: TestOrganization["roles"]) => object]>([
  ["roleIds and roles", ({ viewer }) => ({ roleIds: [viewer], roles: [{ id: viewer }] })],
  ["neither", () => ({})],
  ["an empty list", () => ({ roles: [] })],
  ["a role twice", ({ viewer }) => ({ roles: [{ id: viewer }, { id: viewer, forDays: 3 }] })],
  ["both ends", ({ viewer }) => ({ roles: [{ id: viewer, forDays: 3, expiresAt: inDays(3) }] })],
  ["0 days", ({ viewer }) => ({ roles: [{ id: viewer, forDays: 0 }] })],
  ["3,651 days", ({ viewer }) => ({ roles: [{ id: viewer, forDays: 3651 }] })],
  ["half a day", ({ viewer }) => ({ roles: [{ id: viewer, forDays: 0.5 }] })],
  ["an end in the past", ({ viewer }) => ({ roles: [{ id: viewer, expiresAt: inDays(-1) }] })],
  ["an end of the owner role", ({ owner }) => ({ roles: [{ id: owner, forDays: 3 }] })],
])("rejects %s with 422 and invites nobody", async ([, invitation]) => {
  const before = await getInvitationState(t);

  expect((await send(invitation(lodos.roles))).statusCode).toBe(422);

  expect(await getInvitationState(t)).toEqual(before);
});
