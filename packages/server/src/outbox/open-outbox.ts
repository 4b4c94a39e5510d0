/** The way into the outbox. */
import { fromKysely } from "pg-boss";
import type { Engine } from "../database/engine.ts";
import { createBoss } from "./boss.ts";
import type { Enqueue, Job } from "./enqueue.ts";

/** An open outbox: jobs can be put in. What takes them out is the worker. */
export interface Outbox {
  readonly enqueue: Enqueue;
  readonly close: () => Promise<void>;
}

/** Opens the outbox of a database where `installOutbox` has run. */
export async function openOutbox(engine: Engine, onError: (error: unknown) => void): Promise<Outbox> {
  const boss = createBoss(engine, {}, onError);
  await boss.start();
  const enqueue: Enqueue = async (tx, jobs) => {
    for (const [kind, ofKind] of Map.groupBy(jobs, (job: Job) => job.kind)) {
      const rows = ofKind.map((job) => ({
        data: job,
        ...("delaySeconds" in job && job.delaySeconds > 0 ? { startAfter: job.delaySeconds } : {}),
      }));
      await boss.insert(kind, rows, { db: fromKysely(tx) });
    }
  };
  return { enqueue, close: () => boss.stop({ graceful: false }) };
}
