import type { InvitationCounts, InvitationView, SeveralResults } from "@gatehouse/sdk/contract";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ApiClient } from "../../../test/api-client.ts";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import type { TestOrganization } from "../../../test/factories.ts";
import { acceptAsNewcomer, invite, inviteAll, stateOf, tokenOf } from "../../../test/inviting.ts";
import { raceTogether } from "../../../test/race-together.ts";

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

async function ask(
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

test("each kind's count is the total of its list, with a search and without", async () => {
  const own = await t.organization();
  const at = `/organizations/${own.organizationId}/invitations`;
  await inviteAll(t, own, { emails: ["late@kinds.example"], more: { expiresInDays: 1 } });
  t.clock.advance(2 * day);
  const client = t.as(own.owner);
  await inviteAll(t, own, { emails: ["a@kinds.example", "b@kinds.example", "bounced@kinds.example"] });
  await t.sql("UPDATE invitations SET delivery = 'failed' WHERE email = 'bounced@kinds.example'");
  await client.delete(`${at}/${(await invite(t, own, "gone@kinds.example")).id}`);
  await acceptAsNewcomer(t, await tokenOf(t, own, (await invite(t, own, "in@kinds.example")).id));

  const lists = {
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
    for (const [kind, list] of Object.entries(lists)) {
      const { total } = (await client.get(`${at}?${list}&${query}`)).json();
      expect({ [kind]: counts[kind as keyof InvitationCounts] }).toEqual({ [kind]: total });
    }
  }
});

test("several are sent again at once: old links die, each gets a result, one that is refused stops no other", async () => {
  const [a = "", b = "", accepted = "", revoked = ""] = await inviteEach("a", "b", "acc", "rev");
  await acceptAsNewcomer(t, await tokenOf(t, org, accepted));
  await ask("revoke", [revoked]);
  const oldToken = await tokenOf(t, org, a);
  const unknown = t.deps.ids.next();
  t.clock.advance(8 * day);

  const results = await ask("resend", [a, unknown, accepted, revoked, b, a]);

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
  expect((await acceptAsNewcomer(t, oldToken)).json()).toMatchObject({ code: "invitations/replaced" });
  await t.drainOutbox();
  const mailed = t.mailbox.messages.map(({ to }) => to).filter((to) => to.endsWith("@several.example"));
  expect(mailed.toSorted()).toEqual(["a@several.example", "b@several.example"]);
});

test("a withdrawal that is taken back leaves the invitation as it was, link and waiting mail included", async () => {
  const [id = "", other = ""] = await inviteEach("undo", "undo-too");
  const token = await tokenOf(t, org, id);
  const before = (await t.as(org.owner).get(`${path}/${id}`)).json();
  expect(outcomes(await ask("revoke", [id, other]))).toEqual(["done", "done"]);
  await t.drainOutbox();
  expect((await acceptAsNewcomer(t, token)).json()).toMatchObject({ code: "invitations/revoked" });

  t.clock.advance(14 * minute);
  const results = await ask("restore", [id, other]);

  expect(outcomes(results)).toEqual(["done", "done"]);
  expect(results[0]?.invitation).toEqual(before);
  await t.drainOutbox();
  expect(t.mailbox.messages.filter(({ to }) => to === "undo@several.example")).toHaveLength(1);
  expect((await acceptAsNewcomer(t, token)).statusCode).toBe(201);
  const events = await t.sql("SELECT action FROM audit_events WHERE target_id = $1 ORDER BY sequence", [id]);
  expect(events.map(({ action }) => action)).toEqual([
    "invitations.sent",
    "invitations.link-copied",
    "invitations.revoked",
    "invitations.restored",
    "invitations.accepted",
  ]);
});

test("after a quarter of an hour, for an address with a newer invitation, and for a user nothing comes back", async () => {
  const [late = "", taken = "", pending = "", joined = ""] = await inviteEach("late", "taken", "is", "user");
  await ask("revoke", [late]);
  t.clock.advance(15 * minute);
  await ask("revoke", [taken, joined]);
  await inviteEach("taken");
  await t.user(org, { email: "user@several.example" });
  const [twice = ""] = await inviteEach("twice");
  await ask("revoke", [twice]);
  const [again = ""] = await inviteEach("twice");
  await ask("revoke", [again]);

  const results = await ask("restore", [late, taken, pending, joined, again, twice]);

  expect(outcomes(results)).toEqual([
    "invitations/not-restorable",
    "invitations/already-pending",
    "invitations/not-restorable",
    "invitations/already-user",
    "done",
    "invitations/already-pending",
  ]);
});

test("whoever holds less than an invitation offers does nothing with it, and with the others what they asked for", async () => {
  const role = await t.role(org, {
    name: "Sender",
    permissions: ["invitations:send", "invitations:revoke", "campaigns:view"],
  });
  const narrow = await t.role(org, { name: "Narrow", permissions: ["campaigns:view"] });
  const sender = t.as(await t.user(org, { roles: [role] }));
  const { id: high } = await invite(t, org, "boss@several.example", { roles: ["owner"] });
  const { id: low } = await invite(t, org, "low@several.example", { roles: [narrow] });
  const { id: gone } = await invite(t, org, "gone@several.example", { roles: ["owner"] });
  await ask("revoke", [gone]);

  expect(outcomes(await ask("resend", [high, low], sender))).toEqual(["forbidden/grant-ceiling", "done"]);
  expect(outcomes(await ask("revoke", [high, low], sender))).toEqual(["forbidden/grant-ceiling", "done"]);
  expect(outcomes(await ask("restore", [gone, low], sender))).toEqual(["forbidden/grant-ceiling", "done"]);
});

test("another organization's invitations answer like ones that never were, and nothing moves", async () => {
  const stranger = await t.organization();
  const [id = ""] = await inviteEach("foreign");
  const at = `/organizations/${stranger.organizationId}/invitations`;
  const before = await stateOf(t);

  for (const action of ["resend", "revoke", "restore"]) {
    const answer = await t.as(stranger.owner).post(`${at}/${action}`, { invitationIds: [id] });
    expect(answer.json().results).toEqual([
      { invitationId: id, status: "refused", code: "not-found", detail: expect.any(String) },
    ]);
  }
  expect(await stateOf(t)).toEqual(before);
});

test("the same request under one key acts once", async () => {
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

test("taking back and inviting again at once leave one pending invitation, twenty times", async () => {
  for (let round = 0; round < 20; round += 1) {
    const email = `race-${round}@several.example`;
    const { id } = await invite(t, org, email);
    await ask("revoke", [id]);
    const client = t.as(org.owner);
    await raceTogether(2, async (index) =>
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
