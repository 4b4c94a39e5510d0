import { setTimeout as wait } from "node:timers/promises";
import { DatabaseUnavailable } from "../db/database.ts";

/** About four minutes: shorter than the time after which the outbox considers a job lost. */
const maxAttempts = 50;

/**
 * Records the result of sending an email. It retries while the database is unavailable: if the job failed instead, an
 * accepted email would be sent twice.
 */
export async function recordDurably(write: () => Promise<unknown>): Promise<void> {
  for (let attempts = 1; ; attempts += 1) {
    try {
      await write();
      return;
    } catch (error) {
      if (!(error instanceof DatabaseUnavailable) || attempts === maxAttempts) throw error;
      await wait(Math.min(100 * 2 ** attempts, 5_000));
    }
  }
}
