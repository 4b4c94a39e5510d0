/** Does the outbox's work when a test asks for it, and only then. */
import type { Engine } from "../src/database/engine.ts";
import { createBoss } from "../src/outbox/boss.ts";
import type { Handlers, Job } from "../src/outbox/enqueue.ts";
import { type QueueName, queueNames } from "../src/outbox/queues.ts";
import { runBatch } from "../src/outbox/start-worker.ts";

/** Jobs that wait, done on demand. */
export interface TestOutbox {
  /** Does every job that is due and gives their number; with `retries` also those that wait for another try, once. */
  readonly drain: (options?: { readonly retries?: boolean }) => Promise<number>;
  readonly close: () => Promise<void>;
}

const quiet = { warn: () => undefined, error: () => undefined };

/** The outbox of a test's database. */
export async function openTestOutbox(engine: Engine, handlers: Handlers): Promise<TestOutbox> {
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
    close: () => boss.stop({ graceful: false }),
  };
}
