import type { InvitationView } from "@gatehouse/sdk/contract";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ApiClient } from "../../../../test/api-client.ts";
import { createTestApp, type TestApp } from "../../../../test/create-test-app.ts";
import type { TestOrganization } from "../../../../test/factories.ts";
import {
  acceptWithNewAccount,
  extractToken,
  getInvitationState,
  getInvitationToken,
  invite,
  inviteAll,
  inviteAndGetToken,
} from "../../../../test/invitations.ts";

const day = 24 * 3600 * 1000;

let t: TestApp;
let lodos: TestOrganization;
let path: string;
beforeAll(async () => {
  t = await createTestApp({ config: { publicUrl: "http://access.lodos.example" } });
  lodos = await t.organization("Lodos Retail");
  path = `/organizations/${lodos.organizationId}/invitations`;
});
afterAll(() => t.close());

/** The owner with a new session, because the tests advance the clock by days. */
function owner(): ApiClient {
  return t.as(lodos.owner);
}

async function listEmails(client: ApiClient, at: string, query: string): Promise<readonly string[]> {
  const answer = await client.get(`${at}?${query}`);
  return answer.json<{ items: InvitationView[] }>().items.map(({ email }) => email);
}

test("lists invitations by status, newest first, in pages without gaps or duplicates", async () => {
  const org = await t.organization();
  const at = `/organizations/${org.organizationId}/invitations`;
  await inviteAll(t, org, { emails: ["expired@x.example"], more: { expiresInDays: 1 } });
  t.clock.advance(2 * day);
  const client = t.as(org.owner);
  await inviteAll(t, org, { emails: ["p1@x.example", "p2@x.example", "p3@x.example"] });
  const { id } = await invite(t, org, "revoked@x.example");
  await client.delete(`${at}/${id}`);
  await acceptWithNewAccount(t, await inviteAndGetToken(t, org, "accepted@x.example"));

  expect(await listEmails(client, at, "status=pending")).toEqual([
    "p3@x.example",
    "p2@x.example",
    "p1@x.example",
  ]);
  expect(await listEmails(client, at, "status=expired")).toEqual(["expired@x.example"]);
  expect(await listEmails(client, at, "status=revoked")).toEqual(["revoked@x.example"]);
  expect(await listEmails(client, at, "status=accepted")).toEqual(["accepted@x.example"]);
  const pages: string[][] = [];
  for (let cursor: string | null = ""; cursor !== null; ) {
    const answer = await client.get(`${at}?limit=2${cursor === "" ? "" : `&cursor=${cursor}`}`);
    const page: { items: InvitationView[]; nextCursor: string | null; total: unknown } = answer.json();
    expect(page.total).toEqual({ count: 6, exact: true });
    pages.push(page.items.map(({ email }) => email));
    cursor = page.nextCursor;
  }
  expect(pages.map((page) => page.length)).toEqual([2, 2, 2]);
  expect(pages.flat()).toEqual(await listEmails(client, at, "limit=100"));
  expect(pages.flat().at(-1)).toBe("expired@x.example");
});

test("search ignores case, accents and dotted i, and matches % _ \\ ' literally", async () => {
  const org = await t.organization();
  const at = `/organizations/${org.organizationId}/invitations`;
  const client = t.as(org.owner);
  const roleIds = [org.roles.viewer];
  await client.post(at, {
    invitations: [
      { email: "isil@x.example", name: "Işıl Şahin", roleIds },
      { email: "under_score@x.example", name: "100% O'Neil", roleIds },
    ],
  });

  for (const query of ["ISIL", "ışıl sahin", "ŞAHİN x.example", "isil@X"])
    expect(await listEmails(client, at, `query=${encodeURIComponent(query)}`), query).toEqual([
      "isil@x.example",
    ]);
  for (const query of ["r_s", "100%", "o'n"])
    expect(await listEmails(client, at, `query=${encodeURIComponent(query)}`), query).toEqual([
      "under_score@x.example",
    ]);
  for (const query of ["i_il", "x%e", "\\", "nobody"])
    expect(await listEmails(client, at, `query=${encodeURIComponent(query)}`), query).toEqual([]);
});

test("responses contain no token, and a cursor of another list is rejected", async () => {
  const { id } = await invite(t, lodos, "secret@x.example");
  const token = await getInvitationToken(t, lodos, id);
  const [, , mac = ""] = token.split(".");

  for (const answer of [
    await owner().get(path),
    await owner().get(`${path}/${id}`),
    await owner().post(`${path}/${id}/resend`),
  ])
    expect(answer.body).not.toContain(mac);
  const cursor = Buffer.from('{"nameKey":"a","id":"b"}').toString("base64url");
  expect((await owner().get(`${path}?cursor=${cursor}`)).json()).toMatchObject({
    status: 422,
    code: "request/cursor",
  });
});

test("resending creates a new link and expiry, invalidates the old link, and changes the inviter", async () => {
  const formerInviter = await t.user(lodos, { name: "Former Inviter", roles: ["owner"] });
  const { id } = await invite(t, lodos, "again@x.example", {
    by: t.as(formerInviter),
    more: { expiresInDays: 1 },
  });
  const oldToken = await getInvitationToken(t, lodos, id);
  t.clock.advance(2 * day);

  const answer = await owner().post(`${path}/${id}/resend`);

  expect(answer.json()).toMatchObject({
    status: "pending",
    delivery: "queued",
    invitedBy: { id: lodos.owner.userId },
  });
  expect(Date.parse(answer.json().expiresAt)).toBe(t.clock.now().getTime() + 7 * day);
  expect((await acceptWithNewAccount(t, oldToken)).json()).toMatchObject({ code: "invitations/replaced" });
  await t.drainOutbox();
  const mails = t.mailbox.messages.filter(({ to }) => to === "again@x.example");
  expect(mails).toHaveLength(1); // the link of the first job was replaced before it ran
  expect((await acceptWithNewAccount(t, extractToken(mails[0]))).statusCode).toBe(201);
});

test("resending twice with one Idempotency-Key creates one new link", async () => {
  const { id } = await invite(t, lodos, "once@x.example");
  const headers = { "idempotency-key": "resend-1" };

  const first = await owner().post(`${path}/${id}/resend`, undefined, headers);
  const second = await owner().post(`${path}/${id}/resend`, undefined, headers);

  expect(second.body).toBe(first.body);
  expect(await t.sql("SELECT generation FROM invitations WHERE invitation_id = $1", [id])).toEqual([
    { generation: 2 },
  ]);
});

test("the copied link is the one in the email, at the public URL and not the Host header", async () => {
  const { id } = await invite(t, lodos, "copy@x.example");
  await t.drainOutbox();
  const headers = { host: "evil.example", "x-forwarded-host": "evil.example", "x-forwarded-proto": "http" };

  const answer = await t.withKey((await t.apiKey(lodos)).key).post(`${path}/${id}/link`, undefined, headers);

  const { url } = answer.json();
  expect(url).toMatch(/^http:\/\/access\.lodos\.example\/accept#/);
  expect(t.mailbox.messages.find(({ to }) => to === "copy@x.example")?.text).toContain(url);
});

test("only pending invitations can be resent, copied or revoked", async () => {
  const accepted = await invite(t, lodos, "acc@x.example");
  await acceptWithNewAccount(t, await getInvitationToken(t, lodos, accepted.id));
  const revoked = await invite(t, lodos, "rev@x.example");
  expect((await owner().delete(`${path}/${revoked.id}`)).statusCode).toBe(204);
  const expired = await invite(t, lodos, "exp@x.example", { more: { expiresInDays: 1 } });
  t.clock.advance(day);
  const before = await getInvitationState(t);

  for (const id of [accepted.id, revoked.id])
    for (const answer of [
      await owner().post(`${path}/${id}/resend`),
      await owner().post(`${path}/${id}/link`),
      await owner().delete(`${path}/${id}`),
    ])
      expect(answer.json()).toMatchObject({ status: 409, code: "invitations/not-pending" });
  expect((await owner().post(`${path}/${expired.id}/link`)).json()).toMatchObject({
    code: "invitations/not-pending",
  });
  expect(await getInvitationState(t)).toEqual(before);
  expect((await owner().delete(`${path}/${expired.id}`)).statusCode).toBe(204);
});

test("an actor without the permissions of the roles can't resend, copy or revoke", async () => {
  const role = await t.role(lodos, {
    name: "Sender",
    permissions: ["invitations:send", "invitations:revoke"],
  });
  const sender = t.as(await t.user(lodos, { roles: [role] }));
  const { id } = await invite(t, lodos, "boss@x.example", { roles: ["owner"] });
  const before = await getInvitationState(t);

  for (const answer of [
    await sender.post(`${path}/${id}/resend`),
    await sender.post(`${path}/${id}/link`),
    await sender.delete(`${path}/${id}`),
  ])
    expect(answer.json()).toMatchObject({ status: 403, code: "forbidden/grant-ceiling" });
  expect(await getInvitationState(t)).toEqual(before);
});

test("each action needs its own permission", async () => {
  const viewer = t.as(await t.user(lodos, { roles: ["viewer"] }));
  const { id } = await invite(t, lodos, "perm@x.example");

  const answers = [
    await viewer.get(path),
    await viewer.get(`${path}/${id}`),
    await viewer.post(`${path}/${id}/resend`),
    await viewer.post(`${path}/${id}/link`),
    await viewer.delete(`${path}/${id}`),
  ];

  expect(answers.map((answer) => answer.json().params?.permission)).toEqual([
    "invitations:view",
    "invitations:view",
    "invitations:send",
    "invitations:send",
    "invitations:revoke",
  ]);
});

test("returns the same error for another organization's invitation and an unknown one", async () => {
  const other = await t.organization();
  const client = t.as(other.owner);
  const { id } = await invite(t, lodos, "mine@x.example");
  await client.get(`/organizations/${other.organizationId}/invitations`);
  const before = await getInvitationState(t);
  const at = (invitationId: string) => `/organizations/${other.organizationId}/invitations/${invitationId}`;

  for (const invitationId of [id, t.deps.ids.next(), "no-id"])
    for (const answer of [
      await client.get(at(invitationId)),
      await client.post(`${at(invitationId)}/resend`),
      await client.post(`${at(invitationId)}/link`),
      await client.delete(at(invitationId)),
    ])
      expect({ ...answer.json(), requestId: "" }).toMatchObject({ status: 404, code: "not-found" });
  expect(
    await listEmails(client, `/organizations/${other.organizationId}/invitations`, "query=mine"),
  ).toEqual([]);
  expect(await getInvitationState(t)).toEqual(before);
});

test("an invitation without roles can't be resent", async () => {
  const role = await t.role(lodos, { name: "Short-lived", permissions: ["campaigns:view"] });
  const { id } = await invite(t, lodos, "roleless@x.example", { roles: [role], more: { expiresInDays: 1 } });
  t.clock.advance(day);
  const deleted = await owner().delete(`/organizations/${lodos.organizationId}/roles/${role}`, {
    "if-match": '"1"',
  });
  expect(deleted.statusCode).toBe(204);

  expect((await owner().post(`${path}/${id}/resend`)).json()).toMatchObject({
    status: 409,
    code: "invitations/role-gone",
  });
});
