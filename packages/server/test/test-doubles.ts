/** Test doubles: a mailbox, a clock, and a worker that runs jobs on demand. */
import type { Engine } from "../src/db/engine.ts";
import { createBoss } from "../src/jobs/pg-boss.ts";
import { type Handlers, type Job, type QueueName, queueNames } from "../src/jobs/queues.ts";
import { runBatch } from "../src/jobs/start-worker.ts";
import type { Clock } from "../src/ports/clock.ts";
import { type Mailer, type MailMessage, type MailOutcome, MailUnavailable } from "../src/ports/mailer.ts";

/** A mailer that stores messages in memory. */
export interface Mailbox extends Mailer {
  /** Accepted messages, oldest first. */
  readonly messages: MailMessage[];
  /** What happens to the next messages. */
  behavior: "accept" | "unavailable" | "reject";
}

/** Creates a mailbox that accepts every message. */
export function createMailbox(): Mailbox {
  const mailbox: Mailbox = {
    kind: "smtp",
    messages: [],
    behavior: "accept",
    send: async (message): Promise<MailOutcome> => {
      if (mailbox.behavior === "unavailable")
        throw new MailUnavailable("The test's mail server is unavailable.");
      if (mailbox.behavior === "reject") return { status: "rejected", reason: "550 no such mailbox" };
      mailbox.messages.push(message);
      return { status: "sent" };
    },
    close: async () => undefined,
  };
  return mailbox;
}

/** A clock that only a test advances. */
export interface TestClock extends Clock {
  readonly set: (instant: string) => void;
  readonly advance: (milliseconds: number) => void;
}

/** Creates a clock that starts at 2026-03-02T09:00:00Z. */
export function createTestClock(): TestClock {
  let now = Date.parse("2026-03-02T09:00:00.000Z");
  return {
    now: () => new Date(now),
    set: (instant) => {
      now = Date.parse(instant);
    },
    advance: (milliseconds) => {
      now += milliseconds;
    },
  };
}

/** Runs queued jobs on demand. */
export interface TestWorker {
  /** Runs every due job and returns the number; with `retries` also delayed retries, once. */
  readonly drain: (options?: { readonly retries?: boolean }) => Promise<number>;
  /** Makes running jobs due again, as a supervising worker does after their lease has expired (20 s) and the retry delay. */
  readonly requeueLostJobs: () => Promise<void>;
  readonly close: () => Promise<void>;
}

const quiet = { warn: () => undefined, error: () => undefined };

/** Creates a worker for a test's database. */
export async function createTestWorker(engine: Engine, handlers: Handlers): Promise<TestWorker> {
  const boss = createBoss(engine, {}, (error) => {
    throw error;
  });
  await boss.start();
  const runSome = async (name: QueueName, ignoreStartAfter: boolean): Promise<number> => {
    const options = { batchSize: 1000, includeMetadata: true, ignoreStartAfter } as const;
    const jobs = await boss.fetch<Job>(name, options);
    for (const { id, status, output } of await runBatch({ handlers, log: quiet }, jobs)) {
      if (status === "completed") await boss.complete(name, id);
      else await boss.fail(name, id, output);
    }
    return jobs.length;
  };
  return {
    drain: async ({ retries = false } = {}) => {
      let done = 0;
      for (const name of queueNames.toReversed()) {
        if (retries) done += await runSome(name, true);
        for (let some = await runSome(name, false); some > 0; some = await runSome(name, false)) done += some;
      }
      return done;
    },
    requeueLostJobs: async () => {
      await engine.pool.query(
        "UPDATE pgboss.job SET heartbeat_on = now() - interval '1 hour' WHERE state = 'active'",
      );
      await engine.pool.query("UPDATE pgboss.queue SET monitor_on = NULL, monitor_claim_on = NULL");
      await boss.supervise();
      await engine.pool.query("UPDATE pgboss.job SET start_after = now() WHERE state = 'retry'");
    },
    close: () => boss.stop({ graceful: false }),
  };
}
