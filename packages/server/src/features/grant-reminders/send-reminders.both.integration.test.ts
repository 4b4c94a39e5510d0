import { afterAll, beforeEach, expect, test } from "vitest";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import type { TestOrganization, TestUser } from "../../../test/factories.ts";
import { acceptWithNewAccount, getInvitationToken } from "../../../test/invitations.ts";
import { runConcurrently } from "../../../test/run-concurrently.ts";
import type { GrantReminderJob } from "../../jobs/queues.ts";
import { startWorker, type Worker } from "../../jobs/start-worker.ts";
import { sendGrantReminders } from "./index.ts";

const t: TestApp = await createTestApp();
let lodos: TestOrganization;
let base: string;
const start = "2026-03-02T09:00:00.000Z";

beforeEach(async () => {
  t.clock.set(start);
  await t.engine.pool.query("DELETE FROM pgboss.job");
  lodos = await t.organization("Lodos Retail");
  base = `/organizations/${lodos.organizationId}`;
  t.mailbox.messages.length = 0;
  t.mailbox.behavior = "accept";
});
afterAll(() => t.close());

const dayMs = 24 * 3_600_000;
const inDays = (days: number) => new Date(Date.parse(start) + days * dayMs).toISOString();

async function give(user: TestUser, roles: readonly object[], by = lodos.owner): Promise<void> {
  const client = t.as(by);
  const { headers } = await client.get(`${base}/users/${user.userId}`);
  const body = { roles };
  const response = await client.patch(`${base}/users/${user.userId}`, body, {
    "if-match": String(headers["etag"]),
  });
  if (response.statusCode !== 200) throw new Error(response.body);
}

/** Runs all reminder jobs at an instant, as the outbox does at their time. */
async function runAt(instant: string): Promise<readonly (readonly [string, string])[]> {
  t.clock.set(instant);
  t.mailbox.messages.length = 0;
  await t.drainOutbox({ retries: true });
  return t.mailbox.messages.map(({ to, subject }) => [to, subject] as const);
}

const loadJobs = async () =>
  (
    await t.engine.pool.query(
      "SELECT data FROM pgboss.job WHERE name = 'grant-reminder' AND state = 'created' ORDER BY start_after",
    )
  ).rows.map(({ data }) => data as GrantReminderJob);

test("names roles in the language of each recipient", async () => {
  const user = await t.user(lodos, { name: "Ayşe Demir" });
  await t.sql("UPDATE accounts SET language = 'tr' WHERE account_id = $1", [user.accountId]);
  await give(user, [{ id: lodos.roles.marketer, expiresAt: inDays(30) }]);
  await runAt(inDays(23));
  const [own, given] = t.mailbox.messages;
  expect(own?.text).toContain("Pazarlamacı: Her kanalda kampanya oluşturur");
  expect(own?.text).not.toContain("Marketer");
  expect(given?.text).toContain("Marketer");
});

test("sends an email seven days and one day before the end, to the user and to the granter", async () => {
  const { marketer } = lodos.roles;
  const user = await t.user(lodos, { name: "Ayşe Demir" });
  await give(user, [{ id: marketer, expiresAt: inDays(30) }]);

  expect(await runAt(inDays(22.9))).toEqual([]);
  expect(await runAt(inDays(23))).toEqual([
    [user.email, "Your role at Lodos Retail ends on 1 April 2026"],
    [lodos.owner.email, "Ayşe Demir: access ends on 1 April 2026"],
  ]);
  expect(t.mailbox.messages[0]?.text).toContain("Wednesday, 1 April 2026, 09:00 (UTC)");
  expect(t.mailbox.messages[0]?.text).toContain(`Ask ${lodos.owner.name}.`);
  expect(t.mailbox.messages[1]?.text).toContain(`/users/${user.userId}`);
  expect(await runAt(inDays(23))).toEqual([]);
  expect(await runAt(inDays(29))).toHaveLength(2);
  expect(await runAt(inDays(29.5))).toEqual([]);
  expect(await runAt(inDays(30))).toEqual([]);
});

test("writes in the recipient's language", async () => {
  const user = await t.user(lodos, { name: "Ayşe Demir" });
  await t.sql("UPDATE accounts SET language = 'tr' WHERE account_id = ANY($1)", [
    [user.accountId, lodos.owner.accountId],
  ]);
  await give(user, [{ id: lodos.roles.marketer, expiresAt: inDays(30) }]);

  expect((await runAt(inDays(29))).map(([, subject]) => subject)).toEqual([
    "Lodos Retail panelindeki rolünüz 1 Nisan 2026 tarihinde sona eriyor",
    "Ayşe Demir: erişim 1 Nisan 2026 tarihinde sona eriyor",
  ]);
});

test.for<[string, number, readonly number[]]>([
  ["thirty days", 30, [7, 1]],
  ["seven days", 7, [1]],
  ["three days", 3, [1]],
  ["one day", 1, []],
  ["an hour", 1 / 24, []],
])("schedules only emails that are still to come: a grant for %s", async ([, days, expected]) => {
  const user = await t.user(lodos);
  await give(user, [{ id: lodos.roles.viewer, expiresAt: inDays(days) }]);

  expect((await loadJobs()).map((job) => job.days)).toEqual(expected);
});

test("sends nothing for a grant that was revoked, moved, or whose user was suspended or removed", async () => {
  const { viewer } = lodos.roles;
  const [revoked, moved, suspended, removed] = await t.users(lodos, [{}, {}, {}, {}]);
  for (const user of [revoked, moved, suspended, removed])
    if (user !== undefined) await give(user, [{ id: viewer, expiresAt: inDays(20) }]);
  if (revoked !== undefined) await give(revoked, []);
  if (moved !== undefined) await give(moved, [{ id: viewer, expiresAt: inDays(40) }]);
  const owner = t.as(lodos.owner);
  const etag = { "if-match": '"2"' };
  const edit = async (user: TestUser | undefined) => {
    const { headers } = await owner.get(`${base}/users/${user?.userId}`);
    return { "if-match": String(headers["etag"] ?? etag["if-match"]) };
  };
  await owner.patch(`${base}/users/${suspended?.userId}`, { status: "suspended" }, await edit(suspended));
  await owner.delete(`${base}/users/${removed?.userId}`, await edit(removed));

  expect(await runAt(inDays(13))).toEqual([]);
  expect(await runAt(inDays(19))).toEqual([]);
  expect((await runAt(inDays(33))).map(([to]) => to)).toEqual([moved?.email, lodos.owner.email]);
});

test("sends one email for an end that was set twice, moved away and back, or shared by several roles", async () => {
  const { viewer, marketer } = lodos.roles;
  const user = await t.user(lodos);
  const expiresAt = inDays(20);
  await give(user, [{ id: viewer, expiresAt }]);
  await give(user, [{ id: viewer, expiresAt: inDays(50) }]);
  await give(user, [{ id: viewer, expiresAt }]);
  await give(user, [
    { id: viewer, expiresAt },
    { id: marketer, expiresAt },
  ]);
  expect((await loadJobs()).filter((job) => job.expiresAt === expiresAt && job.days === 7)).toHaveLength(3);

  expect(await runAt(inDays(13))).toEqual([
    [user.email, "2 of your roles at Lodos Retail end on 22 March 2026"],
    [lodos.owner.email, expect.any(String)],
  ]);
  expect(t.mailbox.messages[0]?.text).toContain("- Marketer");
});

test("names all users in one email to the granter", async () => {
  const users = await t.users(
    lodos,
    Array.from({ length: 60 }, (_, n) => ({ name: `Person ${100 + n}` })),
  );
  for (const [n, user] of users.entries())
    await give(user, [{ id: lodos.roles.viewer, expiresAt: inDays(20 + n / 100) }]);

  const sent = await runAt(inDays(13.6));
  const toOwner = sent.filter(([to]) => to === lodos.owner.email);

  expect(sent).toHaveLength(61);
  expect(toOwner).toEqual([[lodos.owner.email, "The roles of 60 users end on 22 March 2026"]]);
  const text = t.mailbox.messages.find(({ to }) => to === lodos.owner.email)?.text ?? "";
  expect(text).toContain("- Person 100: Viewer · Sunday, 22 March 2026, 09:00 (UTC)");
  expect(text).toContain("and 10 more users");
});

test("sends nothing to somebody who gave the role and can no longer give it", async () => {
  const manager = await t.user(lodos, { roles: ["app-admin"] });
  const user = await t.user(lodos);
  await give(user, [{ id: lodos.roles.viewer, expiresAt: inDays(20) }], manager);
  await give(manager, []);

  expect((await runAt(inDays(13))).map(([to]) => to)).toEqual([user.email]);
});

test("schedules the emails of roles that an invitation gave, from joining", async () => {
  const response = await t.as(lodos.owner).post(`${base}/invitations`, {
    invitations: [
      {
        email: `joins-${crypto.randomUUID()}@example.test`,
        roles: [{ id: lodos.roles.viewer, forDays: 10 }],
      },
    ],
    send: false,
  });
  const id = response.json<{ results: { invitation: { id: string; email: string } }[] }>().results[0]
    ?.invitation;
  t.clock.set(inDays(3));
  const token = await getInvitationToken(t, lodos, id?.id ?? "");
  expect((await acceptWithNewAccount(t, token)).statusCode).toBe(201);

  expect((await loadJobs()).map(({ days, expiresAt }) => [days, expiresAt])).toEqual([
    [7, inDays(13)],
    [1, inDays(13)],
  ]);
  expect((await runAt(inDays(6))).map(([to]) => to)).toEqual([id?.email, lodos.owner.email]);
});

test("after a long stop of the worker sends only the later email", async () => {
  const user = await t.user(lodos);
  await give(user, [{ id: lodos.roles.viewer, expiresAt: inDays(20) }]);

  const sent = await runAt(inDays(19.5));

  expect(sent.map(([to]) => to)).toEqual([user.email, lodos.owner.email]);
});

test("retries what the mail server didn't accept, with the same Message-ID, and repeats nothing else", async () => {
  const user = await t.user(lodos);
  await give(user, [{ id: lodos.roles.viewer, expiresAt: inDays(20) }]);
  const [job] = await loadJobs();
  if (job === undefined) throw new Error("No job.");
  t.clock.set(inDays(13));
  const sent: string[] = [];
  let isFirst = true;
  const mailer = {
    ...t.mailbox,
    send: async (message: Parameters<typeof t.mailbox.send>[0]) => {
      if (message.to === lodos.owner.email && isFirst) {
        isFirst = false;
        sent.push(`failed ${message.messageId}`);
        t.mailbox.behavior = "unavailable";
      }
      try {
        const outcome = await t.mailbox.send(message);
        sent.push(`${message.to} ${message.messageId}`);
        return outcome;
      } finally {
        t.mailbox.behavior = "accept";
      }
    },
  };
  const deps = { ...t.deps, mailer };

  await expect(sendGrantReminders(deps, job, { isLast: false })).rejects.toThrow();
  await sendGrantReminders(deps, job, { isLast: false });
  await sendGrantReminders(deps, job, { isLast: false });

  const id = (recipient: TestUser) => `<${job.emailId}.${recipient.userId}@127.0.0.1>`;
  expect(sent).toEqual([
    `${user.email} ${id(user)}`,
    `failed ${id(lodos.owner)}`,
    `${lodos.owner.email} ${id(lodos.owner)}`,
  ]);
});

test("sends each email once when several processes run all jobs at the same moment, and after a restart", async () => {
  const users = await t.users(lodos, [{}, {}, {}, {}]);
  const { viewer, marketer } = lodos.roles;
  for (const user of users) {
    await give(user, [{ id: viewer, expiresAt: inDays(20) }]);
    await give(user, [
      { id: viewer, expiresAt: inDays(20) },
      { id: marketer, expiresAt: inDays(20) },
    ]);
  }
  const due = (await loadJobs()).filter(({ days }) => days === 7);
  t.clock.set(inDays(13));
  await t.engine.pool.query("UPDATE pgboss.job SET start_after = now() WHERE name = 'grant-reminder'");
  const log = { warn: () => undefined, error: () => undefined };
  const run = async (seen: number): Promise<void> => {
    const settled = await runConcurrently(3, () =>
      startWorker({ engine: t.engine, handlers: t.handlers, log }),
    );
    const workers = settled.map((one): Worker => {
      if (one.status === "rejected") throw one.reason;
      return one.value;
    });
    await expect.poll(async () => (await loadJobs()).length, { timeout: 20_000 }).toBe(seen);
    await Promise.all(workers.map((worker) => worker.stop(10_000)));
  };
  expect(due).toHaveLength(8);

  // The jobs of the later emails are early and are scheduled again.
  await run(8);
  await t.db.tenant(lodos.organizationId, (tx) =>
    t.deps.enqueue(
      tx,
      due.map((job) => ({ ...job, delaySeconds: 0 })),
    ),
  );
  await run(8);

  const recipients = t.mailbox.messages.map(({ to }) => to).toSorted();
  expect(recipients).toEqual([lodos.owner.email, ...users.map(({ email }) => email)].toSorted());
});
