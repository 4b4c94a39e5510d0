import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../test/test-database.ts";
import { createTestWorker } from "../../test/test-doubles.ts";
import { sql } from "../db/sql.ts";
import { systemIds } from "../ports/ids.ts";
import { type Outbox, openOutbox } from "./outbox.ts";
import { createBoss } from "./pg-boss.ts";
import type { Attempt, Handlers, InvitationMailJob, Job } from "./queues.ts";
import { startWorker, type Worker } from "./start-worker.ts";

let t: TestDatabase;
let outbox: Outbox;
const log = { warn: vi.fn(), error: vi.fn() };

beforeAll(async () => {
  t = await createTestDatabase();
  outbox = await openOutbox(t.engine, (error) => {
    throw error;
  });
});
beforeEach(async () => {
  abandoned.length = 0;
  await t.sql("DELETE FROM pgboss.job");
});
afterAll(async () => {
  await outbox.close();
  await t.close();
});

function job(generation: number): InvitationMailJob {
  return {
    kind: "invitation-mail",
    organizationId: systemIds.next(),
    invitationId: systemIds.next(),
    generation,
  };
}

const put = (...jobs: InvitationMailJob[]) => t.db.shared((tx) => outbox.enqueue(tx, jobs));
const states = async () =>
  (
    await t.sql(
      "SELECT state::text FROM pgboss.job WHERE name <> 'given-up' ORDER BY (data ->> 'generation')::integer",
    )
  ).map(({ state }) => state);

/** Jobs that the handlers were told about because they were given up. */
const abandoned: Job[] = [];

function handlersWith(work: Handlers["invitation-mail"]): Handlers {
  return {
    "invitation-mail": work,
    "account-mail": async () => undefined,
    "user-job": async () => undefined,
    "user-import": async () => undefined,
    "grant-reminder": async () => undefined,
    "sort-users": async () => undefined,
    "catalogue-push": async () => undefined,
    "given-up": async (found) => {
      abandoned.push(found);
    },
  };
}

/** A worker whose handler is `work`, for as long as `during` runs. */
async function withWorker(
  work: Handlers["invitation-mail"],
  during: (worker: Worker) => Promise<void>,
): Promise<void> {
  const worker = await startWorker({ engine: t.engine, handlers: handlersWith(work), log });
  try {
    await during(worker);
  } finally {
    await worker.stop(5_000);
  }
}

test("a failed transaction enqueues no job, and a committed one all of its jobs", async () => {
  const failing = t.db.shared(async (tx) => {
    await outbox.enqueue(tx, [job(1)]);
    await tx.query(sql`SELECT 1 / 0`);
  });
  await expect(failing).rejects.toThrow("division by zero");
  expect(await states()).toEqual([]);
  await put(job(1), job(2));
  expect(await states()).toEqual(["created", "created"]);
});

test("enqueuing no jobs sends no statement", async () => {
  await t.db.shared((tx) => outbox.enqueue(tx, []));
  expect(await states()).toEqual([]);
});

test("a worker runs a job soon after its commit, with the enqueued content", async () => {
  const seen: unknown[] = [];
  const wanted = job(7);
  await withWorker(
    async (found, attempt) => {
      seen.push([found, attempt]);
    },
    async () => {
      await put(wanted);
      await vi.waitFor(() => expect(seen).toHaveLength(1), { timeout: 5_000, interval: 10 });
      await vi.waitFor(async () => expect(await states()).toEqual(["completed"]), { timeout: 5_000 });
    },
  );
  expect(seen).toEqual([[wanted, { tryNumber: 1, isLast: false }]]);
});

test("a failing job is retried with growing delays, knows its last attempt, and is then dead-lettered and kept as failed", async () => {
  const attempts: Attempt[] = [];
  const failing = await createTestWorker(
    t.engine,
    handlersWith(async (_job, attempt) => {
      attempts.push(attempt);
      throw new Error("not now");
    }),
  );
  const wanted = job(1);
  await put(wanted);
  const waits: number[] = [];
  for (let round = 0; round < 13; round++) {
    expect(abandoned).toEqual([]);
    await failing.drain({ retries: true });
    const [row] = await t.sql(
      "SELECT round(extract(epoch FROM start_after - now()))::integer AS wait FROM pgboss.job WHERE state = 'retry'",
    );
    if (row !== undefined) waits.push(Number(row["wait"]));
  }
  await failing.close();
  expect(attempts.map(({ tryNumber }) => tryNumber)).toEqual(
    Array.from({ length: 13 }, (_, index) => index + 1),
  );
  expect(attempts.map(({ isLast }) => isLast)).toEqual([...Array.from({ length: 12 }, () => false), true]);
  expect(await states()).toEqual(["failed"]);
  expect(abandoned).toEqual([wanted]);
  expect(waits).toHaveLength(12);
  expect(waits[0]).toBeGreaterThanOrEqual(14);
  expect(waits[0]).toBeLessThanOrEqual(30);
  expect(Math.max(...waits)).toBeLessThanOrEqual(900);
  const total = waits.reduce((sum, wait) => sum + wait, 0);
  expect(total).toBeGreaterThan(5_000);
  expect(total).toBeLessThan(9_000);
});

test("one failing job of a batch doesn't fail the others", async () => {
  const odd = await createTestWorker(
    t.engine,
    handlersWith(async ({ generation }) => {
      if (generation % 2 === 1) throw new Error("odd");
    }),
  );
  await put(job(1), job(2), job(3), job(4));
  await odd.drain();
  await odd.close();
  expect(await states()).toEqual(["retry", "completed", "retry", "completed"]);
});

test("a stopped worker finishes its running job, and starts no other", async () => {
  let finish: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    finish = resolve;
  });
  let started = 0;
  await withWorker(
    async () => {
      started += 1;
      await held;
    },
    async (worker) => {
      await put(job(1));
      await vi.waitFor(() => expect(started).toBe(1), { timeout: 5_000 });
      const stopped = worker.stop(5_000);
      await put(job(2));
      finish();
      await stopped;
    },
  );
  expect(await states()).toEqual(["completed", "created"]);
});

test("the job of a dead worker is given to another one", async () => {
  await put(job(1));
  const dead = createBoss(t.engine, {}, () => undefined);
  await dead.start();
  expect(await dead.fetch("invitation-mail")).toHaveLength(1);
  await dead.stop({ graceful: false });
  expect(await states()).toEqual(["active"]);
  // As if its last heartbeat had been half a minute ago.
  await t.sql(
    "UPDATE pgboss.job SET heartbeat_on = now() - interval '30 seconds', started_on = now() - interval '30 seconds'",
  );
  await t.sql("UPDATE pgboss.queue SET monitor_on = NULL");
  const supervisor = createBoss(t.engine, {}, () => undefined);
  await supervisor.start();
  await supervisor.supervise();
  await supervisor.stop({ graceful: false });
  expect(await states()).toEqual(["retry"]);
});

test("committed jobs survive the death of the process", async () => {
  await put(job(1), job(2), job(3));
  const seen: number[] = [];
  await withWorker(
    async ({ generation }) => {
      seen.push(generation);
    },
    () => vi.waitFor(() => expect(seen).toHaveLength(3), { timeout: 5_000 }),
  );
  expect(seen.sort()).toEqual([1, 2, 3]);
});
