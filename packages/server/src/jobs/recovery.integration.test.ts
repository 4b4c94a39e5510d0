import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { asSuperuser, serverUrl } from "../../test/database-template.ts";
import { createTestDatabase, type TestDatabase } from "../../test/test-database.ts";
import { type Outbox, openOutbox } from "./outbox.ts";
import { startWorker } from "./start-worker.ts";

let t: TestDatabase;
let outbox: Outbox;
beforeAll(async () => {
  t = await createTestDatabase();
  outbox = await openOutbox(t.engine, () => undefined);
});
afterAll(async () => {
  await outbox.close();
  await t.close();
});

/** Cuts every connection to the test's database and lets no new one in, or in again. */
async function setOpen(isOpen: boolean): Promise<void> {
  const name = new URL(t.url ?? "").pathname.slice(1);
  await asSuperuser(serverUrl(), async (client) => {
    await client.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS ${isOpen}`);
    if (isOpen) return;
    // A connection that was still being opened at the shutdown fails late.
    const cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1";
    for (let quiet = 0; quiet < 5; quiet += 1) {
      if ((await client.query(cut, [name])).rowCount !== 0) quiet = 0;
      await client.query("SELECT pg_sleep(0.05)");
    }
  });
}

test("a worker logs each error once while the database is down, and continues when it is back", async () => {
  const done: number[] = [];
  const log = { warn: vi.fn(), error: vi.fn() };
  const handlers = {
    "invitation-mail": async (job: { generation: number }) => void done.push(job.generation),
    "account-mail": async () => undefined,
    "user-job": async () => undefined,
    "user-import": async () => undefined,
    "grant-reminder": async () => undefined,
    "sort-users": async () => undefined,
    "catalogue-push": async () => undefined,
    "given-up": async () => undefined,
  };
  const worker = await startWorker({ engine: t.engine, handlers, log });
  try {
    await setOpen(false);
    await vi.waitFor(() => expect(log.warn).toHaveBeenCalled(), { timeout: 5_000 });
    const polls = vi.spyOn(t.engine.pool, "connect");
    await vi.waitFor(() => expect(polls.mock.calls.length).toBeGreaterThan(12), { timeout: 15_000 });
    const messages = log.warn.mock.calls.map(([{ err }]) => String(err));
    expect(messages).toEqual([...new Set(messages)]);
    await setOpen(true);
    const job = { kind: "invitation-mail", organizationId: "o", invitationId: "i", generation: 1 } as const;
    await vi.waitFor(() => t.db.shared((tx) => outbox.enqueue(tx, [job])), { timeout: 5_000 });
    await vi.waitFor(() => expect(done).toEqual([1]), { timeout: 5_000 });
  } finally {
    await worker.stop(2_000);
  }
});
