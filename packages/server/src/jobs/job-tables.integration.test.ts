/** What limits the tables of pg-boss; `clean-up.both.integration.test.ts` does the same for those of Gatehouse. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../test/test-database.ts";
import { queueNames } from "./queues.ts";

let t: TestDatabase;
beforeAll(async () => {
  t = await createTestDatabase();
});
afterAll(() => t.close());

/** What ends the rows of each table. */
const lifetimes: Readonly<Record<string, string>> = {
  bam: "one for each change of pg-boss's schema",
  instance: "deleted by pg-boss when a process is gone",
  job: "the partitions below",
  job_common: "deleted by pg-boss: see the times of each queue",
  job_dependency: "its job; Gatehouse's jobs have none",
  queue: "one for each queue",
  queue_stats: "the partitions below",
  queue_stats_DAY: "pg-boss drops a day's partition after its retention",
  schedule: "one for each schedule; Gatehouse has a fixed number",
  subscription: "none: Gatehouse has no events of pg-boss",
  version: "one",
  warning: "deleted by pg-boss after its retention",
};

test("every table of the job queues is known", async () => {
  const tables = await t.sql(
    "SELECT relname AS name FROM pg_class WHERE relnamespace = 'pgboss'::regnamespace AND relkind IN ('r', 'p')",
  );
  const names = new Set(tables.map(({ name }) => String(name).replace(/_\d{8}$/, "_DAY")));
  expect([...names].toSorted()).toEqual(Object.keys(lifetimes).toSorted());
});

test("every queue deletes jobs that ended, after at most two weeks, and those that nobody fetches, after a month", async () => {
  const queues = await t.sql(
    `SELECT name, deletion_seconds BETWEEN 1 AND 14 * 86400 AS "deletesEnded", retention_seconds BETWEEN 1 AND 31 * 86400 AS "deletesWaiting"
     FROM pgboss.queue WHERE name = ANY ($1)`,
    [queueNames],
  );
  expect(queues.length).toBe(queueNames.length);
  for (const queue of queues) expect(queue).toMatchObject({ deletesEnded: true, deletesWaiting: true });
});
