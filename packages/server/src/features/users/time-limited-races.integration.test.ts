/** Concurrent changes of the same grant's end, and of the end of the actor's own grant. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import type { TestOrganization } from "../../../test/factories.ts";
import { acceptWithNewAccount, getInvitationToken } from "../../../test/invitations.ts";
import { rounds } from "../../../test/rounds.ts";
import { runConcurrently } from "../../../test/run-concurrently.ts";

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
const version = { "if-match": '"1"' };

async function race(...sends: readonly (() => Promise<{ readonly statusCode: number }>)[]) {
  const settled = await runConcurrently(sends.length, async (index) => sends[index]?.());
  return settled.map((one) => (one.status === "fulfilled" ? (one.value?.statusCode ?? 0) : 0));
}

const loadEnds = async (userId: string) =>
  (await t.sql("SELECT expires_at FROM user_roles WHERE user_id = $1", [userId])).map(
    (row) => row["expires_at"],
  );

test("of an extension and a removal at the same version one happens", async () => {
  const owner = t.as(lodos.owner);
  const { viewer } = lodos.roles;
  const outcomes = new Set<string>();
  for (let round = 0; round < rounds(80); round += 1) {
    const user = await t.user(lodos, { roles: ["viewer"], rolesUntil: new Date(inDays(3)) });
    const path = `${base}/users/${user.userId}`;
    const extend = () => owner.patch(path, { roles: [{ id: viewer, expiresAt: inDays(30) }] }, version);
    const remove = () => owner.patch(path, { roleIds: [] }, version);
    const [first, second] = round % 2 === 0 ? [extend, remove] : [remove, extend];
    const statuses = await race(first, second);
    const [extended, removed] = round % 2 === 0 ? statuses : statuses.toReversed();
    const ends = (await loadEnds(user.userId)).map((end) => (end as Date).toISOString());
    outcomes.add(`${extended} ${removed}`);
    expect(ends).toEqual(extended === 200 ? [inDays(30)] : []);
  }
  for (const outcome of outcomes) expect(["200 412", "412 200"]).toContain(outcome);
});

test("while the actor's own grant gets an end, nothing is given that outlasts it", async () => {
  const owner = t.as(lodos.owner);
  const { viewer, "app-admin": admin } = lodos.roles;
  const outcomes = new Set<string>();
  for (let round = 0; round < rounds(120); round += 1) {
    const manager = await t.user(lodos, { roles: ["app-admin"] });
    const user = await t.user(lodos);
    const asManager = t.as(manager);
    await asManager.get(`${base}/users/${user.userId}`);
    const limit = () =>
      owner.patch(
        `${base}/users/${manager.userId}`,
        { roles: [{ id: admin, expiresAt: inDays(1) }] },
        version,
      );
    const give = () => asManager.patch(`${base}/users/${user.userId}`, { roleIds: [viewer] }, version);
    const [first, second] = round % 2 === 0 ? [limit, give] : [give, limit];
    await race(first, second);
    const events = await t.sql(
      "SELECT target_id FROM audit_events WHERE action = 'users.roles-changed' AND target_id = ANY($1) ORDER BY sequence",
      [[manager.userId, user.userId]],
    );
    const order = events.map((row) => (row["target_id"] === manager.userId ? "limited" : "given")).join(" ");
    outcomes.add(order);
    // Given only before the manager's own grant got its end.
    expect(["limited", "given limited"]).toContain(order);
    expect(await loadEnds(user.userId)).toHaveLength(order === "limited" ? 0 : 1);
  }
  expect(outcomes.size).toBeGreaterThan(1);
}, 240_000);

test("an invitation isn't accepted for longer than the inviter's grant, which gets an end at the same moment", async () => {
  const owner = t.as(lodos.owner);
  const { viewer, "app-admin": admin } = lodos.roles;
  for (let round = 0; round < rounds(40); round += 1) {
    const inviter = await t.user(lodos, { roles: ["app-admin"] });
    const email = `raced-${round}@example.test`;
    const response = await t.as(inviter).post(`${base}/invitations`, {
      invitations: [{ email, roles: [{ id: viewer }] }],
      send: false,
    });
    const id = response.json<{ results: { invitation: { id: string } }[] }>().results[0]?.invitation.id ?? "";
    const token = await getInvitationToken(t, lodos, id);
    const limit = () =>
      owner.patch(
        `${base}/users/${inviter.userId}`,
        { roles: [{ id: admin, expiresAt: inDays(1) }] },
        version,
      );
    const [limited, accepted] = await race(limit, () => acceptWithNewAccount(t, token));
    const events = await t.sql(
      `SELECT action FROM audit_events WHERE (action = 'users.roles-changed' AND target_id = $1)
         OR (action = 'invitations.accepted' AND target_name = $2) ORDER BY sequence`,
      [inviter.userId, email],
    );
    expect(limited).toBe(200);
    expect(events.map((row) => row["action"])).toEqual(
      accepted === 201 ? ["invitations.accepted", "users.roles-changed"] : ["users.roles-changed"],
    );
    expect([201, 409]).toContain(accepted);
  }
});
