import { setTimeout as wait } from "node:timers/promises";
import pg from "pg";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import type { TestOrganization } from "../../../test/factories.ts";
import {
  acceptWithNewAccount,
  getInvitationToken,
  invite,
  inviteAll,
  inviteAndGetToken,
} from "../../../test/invitations.ts";
import { rounds } from "../../../test/rounds.ts";
import { runConcurrently } from "../../../test/run-concurrently.ts";
import { createToken } from "./link-token.ts";

let t: TestApp;
let lodos: TestOrganization;
beforeAll(async () => {
  t = await createTestApp();
  lodos = await t.organization("Lodos Retail");
});
afterAll(() => t.close());

/** The value or the error of each run. */
function toResults<T>(runs: readonly PromiseSettledResult<T>[]): readonly unknown[] {
  return runs.map((run) => (run.status === "fulfilled" ? run.value : run.reason));
}

test("accepting and revoking concurrently: exactly one of them wins", async () => {
  const org = await t.organization("Joined");
  const { organizationId } = org;
  const emails: string[] = [];
  const sessions: string[] = [];
  for (let count = 0; count < rounds(200); count++) {
    const person = await t.user(lodos);
    emails.push(person.email);
    sessions.push(await t.session(person));
  }
  const invited = await inviteAll(t, org, { emails });
  const owner = t.as(org.owner);
  await owner.get("/me");
  const winners: string[] = [];
  let delayMs = 0;
  for (const [round, { invitation }] of invited.entries()) {
    const invitationId = invitation?.id ?? "";
    const token = createToken(t.deps.secrets, { organizationId, invitationId, generation: 1 });
    // Revoking takes fewer steps: it starts later after each round that it wins, so that the two overlap at every step.
    const runs = await runConcurrently(2, async (index) => {
      if (index === 1) await wait(delayMs);
      return index === 0
        ? t.anonymous.post("/invitations/accept", { token }, { cookie: `gatehouse=${sessions[round]}` })
        : owner.delete(`/organizations/${organizationId}/invitations/${invitationId}`);
    });
    const codes = runs.map((run) => (run.status === "fulfilled" ? run.value.statusCode : run.reason));
    expect([
      [201, 409],
      [410, 204],
    ]).toContainEqual(codes);
    const isAccepted = codes[0] === 201;
    delayMs = isAccepted ? delayMs / 2 : delayMs + 2;
    winners.push(isAccepted ? "accepted" : "revoked");
  }

  const rows = await t.sql(
    `SELECT i.status, u.user_id IS NOT NULL AS joined FROM invitations i
       LEFT JOIN users u ON u.organization_id = i.organization_id AND u.email = i.email
      WHERE i.organization_id = $1 ORDER BY i.invitation_id`,
    [organizationId],
  );
  expect(rows).toEqual(winners.map((status) => ({ status, joined: status === "accepted" })));
  expect(new Set(winners)).toEqual(new Set(["accepted", "revoked"]));
});

test("accepting the invitations of two organizations concurrently creates one account", async () => {
  const other = await t.organization();
  const tokens = [
    await inviteAndGetToken(t, lodos, "both@x.example"),
    await inviteAndGetToken(t, other, "both@x.example"),
  ];

  const answers = await runConcurrently(2, (index) => acceptWithNewAccount(t, tokens[index] ?? ""));

  const codes = answers.map((answer) =>
    answer.status === "fulfilled" ? answer.value.statusCode : answer.reason,
  );
  expect(codes.toSorted()).toEqual([201, 409]);
  expect(await t.sql("SELECT count(*)::int AS n FROM accounts WHERE email = 'both@x.example'")).toEqual([
    { n: 1 },
  ]);
  expect(
    await t.sql("SELECT status FROM invitations WHERE email = 'both@x.example' ORDER BY status"),
  ).toEqual([{ status: "accepted" }, { status: "pending" }]);
});

test("resending and accepting the old link concurrently: never both succeed", async () => {
  const owner = t.as(lodos.owner);
  await owner.get("/me");
  const otherOrganization = await t.organization();
  for (let round = 0; round < rounds(30); round++) {
    const person = await t.user(otherOrganization);
    const { id } = await invite(t, lodos, person.email);
    const token = await getInvitationToken(t, lodos, id);
    const client = t.as(person);
    await client.get("/me");

    const runs = await runConcurrently(2, async (index) => {
      if (index === 0) return (await client.post("/invitations/accept", { token })).json().code ?? "accepted";
      await wait(round % 8);
      const path = `/organizations/${lodos.organizationId}/invitations/${id}/resend`;
      return (await owner.post(path)).json().code ?? "resent";
    });

    expect([
      ["accepted", "invitations/not-pending"],
      ["invitations/replaced", "resent"],
    ]).toContainEqual(toResults(runs));
  }
});

test("a role that is deleted during an invitation is either in use or deleted, and no invitation keeps a deleted role", async () => {
  const owner = t.as(lodos.owner);
  await owner.get("/me");
  for (let round = 0; round < rounds(20); round++) {
    const role = await t.role(lodos, { name: `Fleeting ${round}`, permissions: ["campaigns:view"] });
    const email = `fleeting-${round}@x.example`;
    const [invited, deleted] = await runConcurrently(2, async (index) => {
      if (index === 1) await wait(round % 5);
      return index === 0
        ? owner.post(`/organizations/${lodos.organizationId}/invitations`, {
            invitations: [{ email, roleIds: [role] }],
          })
        : owner.delete(`/organizations/${lodos.organizationId}/roles/${role}`, { "if-match": '"1"' });
    });

    const offers = await t.sql("SELECT count(*)::int AS n FROM invitation_roles WHERE role_id = $1", [role]);
    const isDeleted = deleted?.status === "fulfilled" && deleted.value.statusCode === 204;
    expect(offers).toEqual([{ n: isDeleted ? 0 : 1 }]);
    const body = invited?.status === "fulfilled" ? invited.value.json() : invited?.reason;
    const outcome = body.code ?? body.results[0].code ?? body.results[0].status;
    expect(isDeleted ? ["users/role-gone", "roles/unknown"] : ["created"]).toContain(outcome);
  }
});

test("two requests with the same 200 addresses in opposite order don't deadlock", async () => {
  const org = await t.organization();
  const emails = Array.from({ length: 200 }, (_, index) => `crowd-${index}@x.example`);

  const runs = await runConcurrently(2, (index) =>
    inviteAll(t, org, { emails: index === 0 ? emails : emails.toReversed() }),
  );

  const statuses = runs
    .flatMap((run) => (run.status === "fulfilled" ? run.value : []))
    .map(({ status }) => status);
  expect(statuses.filter((status) => status === "created")).toHaveLength(200);
  expect(statuses.filter((status) => status === "replaced")).toHaveLength(200);
});

test("1,000 addresses take as many statements as one", async () => {
  const org = await t.organization();
  await inviteAll(t, org, { emails: ["warm-up@x.example"] });
  const count = async (emails: readonly string[]): Promise<number> => {
    const spy = vi.spyOn(pg.Client.prototype, "query");
    await inviteAll(t, org, { emails });
    const calls = spy.mock.calls.length;
    spy.mockRestore();
    return calls;
  };
  const thousand = Array.from({ length: 1000 }, (_, index) => `bulk-${index}@x.example`);

  const forOne = await count(["one@x.example"]);
  const forThousand = await count(thousand);
  const forOneAgain = await count(["one@x.example"]);
  const forThousandAgain = await count(thousand);

  // A connection that hasn't prepared a statement yet sends it in a transaction of several messages.
  expect(Math.abs(forThousand - forOne)).toBeLessThanOrEqual(4);
  expect(Math.abs(forThousandAgain - forOneAgain)).toBeLessThanOrEqual(4);
  expect(forOne).toBeGreaterThan(5);
});
