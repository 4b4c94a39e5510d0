import type {
  InvitationCounts,
  InvitationLinks,
  InvitationView,
  SeveralResults,
} from "@gatehouse/sdk/contract";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ApiClient } from "../../../../test/api-client.ts";
import { createTestApp, type TestApp } from "../../../../test/create-test-app.ts";
import type { TestOrganization } from "../../../../test/factories.ts";
import {
  acceptWithNewAccount,
  getInvitationState,
  getInvitationToken,
  invite,
  inviteAll,
} from "../../../../test/invitations.ts";
import { rounds } from "../../../../test/rounds.ts";
import { runConcurrently } from "../../../../test/run-concurrently.ts";

const minute = 60 * 1000;
const day = 24 * 60 * minute;

let t: TestApp;
let org: TestOrganization;
let path: string;
beforeAll(async () => {
  t = await createTestApp();
  org = await t.organization("Lodos Retail");
  path = `/organizations/${org.organizationId}/invitations`;
});
afterAll(() => t.close());

type Action = "resend" | "revoke" | "restore";

async function run(
  action: Action,
  invitationIds: readonly string[],
  client: ApiClient = t.as(org.owner),
): Promise<SeveralResults["results"]> {
  const answer = await client.post(`${path}/${action}`, { invitationIds });
  expect(answer.statusCode, answer.body).toBe(200);
  return answer.json<SeveralResults>().results;
}

async function inviteEach(...names: readonly string[]): Promise<readonly string[]> {
  const results = await inviteAll(t, org, { emails: names.map((name) => `${name}@several.example`) });
  return results.map((result) => result.invitation?.id ?? "");
}

const outcomes = (results: SeveralResults["results"]) => results.map(({ status, code }) => code ?? status);

test("the count of each status equals the total of its list, with and without a search", async () => {
  const newOrganization = await t.organization();
  const at = `/organizations/${newOrganization.organizationId}/invitations`;
  await inviteAll(t, newOrganization, { emails: ["late@kinds.example"], more: { expiresInDays: 1 } });
  t.clock.advance(2 * day);
  const client = t.as(newOrganization.owner);
  await inviteAll(t, newOrganization, {
    emails: ["a@kinds.example", "b@kinds.example", "bounced@kinds.example"],
  });
  await t.sql("UPDATE invitations SET delivery = 'failed' WHERE email = 'bounced@kinds.example'");
  await client.delete(`${at}/${(await invite(t, newOrganization, "gone@kinds.example")).id}`);
  await acceptWithNewAccount(
    t,
    await getInvitationToken(t, newOrganization, (await invite(t, newOrganization, "in@kinds.example")).id),
  );

  const queries = {
    pending: "status=pending",
    expired: "status=expired",
    failed: "status=pending&delivery=failed",
    accepted: "status=accepted",
    revoked: "status=revoked",
  };
  const expected = { "": [3, 1, 1, 1, 1], "query=B%20kinds": [2, 0, 1, 0, 0] };
  for (const [query, numbers] of Object.entries(expected)) {
    const counts = (await client.get(`${at}/counts?${query}`)).json<InvitationCounts>();
    expect(Object.values(counts).map(({ count }) => count)).toEqual(numbers);
    for (const [kind, listQuery] of Object.entries(queries)) {
      const { total } = (await client.get(`${at}?${listQuery}&${query}`)).json();
      expect({ [kind]: counts[kind as keyof InvitationCounts] }).toEqual({ [kind]: total });
    }
  }
});

test("resends several invitations, with one result each", async () => {
  const [a = "", b = "", accepted = "", revoked = ""] = await inviteEach("a", "b", "acc", "rev");
  await acceptWithNewAccount(t, await getInvitationToken(t, org, accepted));
  await run("revoke", [revoked]);
  const oldToken = await getInvitationToken(t, org, a);
  const unknown = t.deps.ids.next();
  t.clock.advance(8 * day);

  const results = await run("resend", [a, unknown, accepted, revoked, b, a]);

  expect(results.map(({ invitationId }) => invitationId)).toEqual([a, unknown, accepted, revoked, b]);
  expect(outcomes(results)).toEqual([
    "done",
    "not-found",
    "invitations/not-pending",
    "invitations/not-pending",
    "done",
  ]);
  expect(results[0]?.invitation).toMatchObject({ id: a, status: "pending", delivery: "queued" });
  expect(results[2]?.invitation).toMatchObject({ status: "accepted" });
  expect((await acceptWithNewAccount(t, oldToken)).json()).toMatchObject({ code: "invitations/replaced" });
  await t.drainOutbox();
  const recipients = t.mailbox.messages.map(({ to }) => to).filter((to) => to.endsWith("@several.example"));
  expect(recipients.toSorted()).toEqual(["a@several.example", "b@several.example"]);
});

test("restoring an invitation restores its link and its queued email", async () => {
  const [id = "", other = ""] = await inviteEach("undo", "undo-too");
  const token = await getInvitationToken(t, org, id);
  const before = (await t.as(org.owner).get(`${path}/${id}`)).json();
  expect(outcomes(await run("revoke", [id, other]))).toEqual(["done", "done"]);
  await t.drainOutbox();
  expect((await acceptWithNewAccount(t, token)).json()).toMatchObject({ code: "invitations/revoked" });

  t.clock.advance(14 * minute);
  const results = await run("restore", [id, other]);

  expect(outcomes(results)).toEqual(["done", "done"]);
  expect(results[0]?.invitation).toEqual(before);
  await t.drainOutbox();
  expect(t.mailbox.messages.filter(({ to }) => to === "undo@several.example")).toHaveLength(1);
  expect((await acceptWithNewAccount(t, token)).statusCode).toBe(201);
  const events = await t.sql("SELECT action FROM audit_events WHERE target_id = $1 ORDER BY sequence", [id]);
  expect(events.map(({ action }) => action)).toEqual([
    "invitations.sent",
    "invitations.link-copied",
    "invitations.revoked",
    "invitations.restored",
    "invitations.accepted",
  ]);
});

test("copies the links of several invitations, each with its result and its audit event", async () => {
  const [id = "", other = "", revoked = ""] = await inviteEach("link", "link-too", "link-gone");
  await run("revoke", [revoked]);
  const answer = await t.as(org.owner).post(`${path}/links`, { invitationIds: [id, revoked, other, id] });
  expect(answer.statusCode).toBe(200);
  const { results } = answer.json<InvitationLinks>();
  expect(results.map(({ invitationId, status, code }) => [invitationId, code ?? status])).toEqual([
    [id, "done"],
    [revoked, "invitations/not-pending"],
    [other, "done"],
  ]);
  const { url } = (await t.as(org.owner).post(`${path}/${id}/link`)).json();
  expect(results[0]?.url).toBe(url);
  const events = await t.sql(
    "SELECT target_id FROM audit_events WHERE action = 'invitations.link-copied' AND target_id = ANY($1)",
    [[id, other, revoked]],
  );
  expect(events.map(({ target_id }) => target_id)).toEqual([id, other, id]);
});

test("returns the links only of invitations within the actor's permissions", async () => {
  const role = await t.role(org, { name: "Link sender", permissions: ["invitations:send"] });
  const sender = t.as(await t.user(org, { roles: [role] }));
  const { id } = await invite(t, org, "high@several.example", { roles: ["owner"] });
  const [result] = (await sender.post(`${path}/links`, { invitationIds: [id] })).json<InvitationLinks>()
    .results;
  expect(result).toMatchObject({ status: "refused", code: "forbidden/grant-ceiling" });
  expect(result?.url).toBeUndefined();
});

test("doesn't restore after 15 minutes, beside a newer invitation, or for a user", async () => {
  const [late = "", taken = "", pending = "", joined = ""] = await inviteEach("late", "taken", "is", "user");
  await run("revoke", [late]);
  t.clock.advance(15 * minute);
  await run("revoke", [taken, joined]);
  await inviteEach("taken");
  await t.user(org, { email: "user@several.example" });
  const [twice = ""] = await inviteEach("twice");
  await run("revoke", [twice]);
  const [again = ""] = await inviteEach("twice");
  await run("revoke", [again]);

  const results = await run("restore", [late, taken, pending, joined, again, twice]);

  expect(outcomes(results)).toEqual([
    "invitations/not-restorable",
    "invitations/already-pending",
    "invitations/not-restorable",
    "invitations/already-user",
    "done",
    "invitations/already-pending",
  ]);
});

test("rejects only the invitations whose roles exceed the actor's permissions", async () => {
  const role = await t.role(org, {
    name: "Sender",
    permissions: ["invitations:send", "invitations:revoke", "campaigns:view"],
  });
  const narrow = await t.role(org, { name: "Narrow", permissions: ["campaigns:view"] });
  const sender = t.as(await t.user(org, { roles: [role] }));
  const { id: high } = await invite(t, org, "boss@several.example", { roles: ["owner"] });
  const { id: low } = await invite(t, org, "low@several.example", { roles: [narrow] });
  const { id: gone } = await invite(t, org, "gone@several.example", { roles: ["owner"] });
  await run("revoke", [gone]);

  expect(outcomes(await run("resend", [high, low], sender))).toEqual(["forbidden/grant-ceiling", "done"]);
  expect(outcomes(await run("revoke", [high, low], sender))).toEqual(["forbidden/grant-ceiling", "done"]);
  expect(outcomes(await run("restore", [gone, low], sender))).toEqual(["forbidden/grant-ceiling", "done"]);
});

test("returns not-found for another organization's invitations, and changes nothing", async () => {
  const otherOrganization = await t.organization();
  const [id = ""] = await inviteEach("foreign");
  const at = `/organizations/${otherOrganization.organizationId}/invitations`;
  const before = await getInvitationState(t);

  for (const action of ["resend", "revoke", "restore"]) {
    const answer = await t.as(otherOrganization.owner).post(`${at}/${action}`, { invitationIds: [id] });
    expect(answer.json().results).toEqual([
      { invitationId: id, status: "refused", code: "not-found", detail: expect.any(String) },
    ]);
  }
  expect(await getInvitationState(t)).toEqual(before);
});

test("two requests with one Idempotency-Key act once", async () => {
  const [id = ""] = await inviteEach("once");
  const headers = { "idempotency-key": "several-1" };
  const client = t.as(org.owner);

  const first = await client.post(`${path}/resend`, { invitationIds: [id] }, headers);
  const second = await client.post(`${path}/resend`, { invitationIds: [id] }, headers);

  expect(second.body).toBe(first.body);
  expect(await t.sql("SELECT generation FROM invitations WHERE invitation_id = $1", [id])).toEqual([
    { generation: 2 },
  ]);
});

test("restoring and inviting concurrently leaves one pending invitation", async () => {
  for (let round = 0; round < rounds(20); round += 1) {
    const email = `race-${round}@several.example`;
    const { id } = await invite(t, org, email);
    await run("revoke", [id]);
    const client = t.as(org.owner);
    await runConcurrently(2, async (index) =>
      index === 0
        ? client.post(`${path}/restore`, { invitationIds: [id] })
        : inviteAll(t, org, { emails: [email], by: client }),
    );
    const { items } = (await client.get(`${path}?status=pending&query=${email}`)).json<{
      items: InvitationView[];
    }>();
    expect(items).toHaveLength(1);
  }
});
