/** Two processes on one PostgreSQL, as two sets of connections. */
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestApp, type TestApp } from "../../test/create-test-app.ts";
import type { OpenDatabase } from "./database.ts";
import { createDatabase, openPostgres } from "./open.ts";

let t: TestApp;
let other: OpenDatabase;

beforeAll(async () => {
  t = await createTestApp();
  other = createDatabase(openPostgres(t.url ?? ""));
});
afterAll(async () => {
  await other.close();
  await t.close();
});

const commit = (db: OpenDatabase, organizationId: string) =>
  db.tenant(organizationId, async (tx) => tx.publishChange(organizationId));

/** Ids that a listener on `db` receives. */
async function listen(db: OpenDatabase): Promise<{ readonly heard: string[]; readonly stop: () => void }> {
  const heard: string[] = [];
  const stop = db.onChange((organizationId) => heard.push(organizationId));
  const probe = randomUUID();
  await expect
    .poll(async () => {
      await commit(db === t.db ? other : t.db, probe);
      return heard.includes(probe);
    })
    .toBe(true);
  await expect.poll(() => heard.splice(0).length).toBe(0);
  return { heard, stop };
}

test("a commit of one process notifies the other once per organization", async () => {
  const { heard, stop } = await listen(t.db);
  const ids = Array.from({ length: 20 }, () => randomUUID());
  await Promise.all(ids.map((id) => commit(other, id)));
  await expect.poll(() => heard.length, { interval: 1 }).toBe(20);
  expect(heard.toSorted()).toEqual(ids.toSorted());
  stop();
  await commit(other, randomUUID());
  await commit(t.db, randomUUID());
  expect(heard).toHaveLength(20);
});

test("a process gets its own notification once, and others' after its connection was lost", async () => {
  const { heard, stop } = await listen(t.db);
  const id = randomUUID();
  await commit(t.db, id);
  const cut = await t.sql(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE datname = current_database() AND query LIKE 'LISTEN %'`,
  );
  expect(cut.length).toBeGreaterThan(0);
  const again = randomUUID();
  await expect
    .poll(
      async () => {
        await commit(other, again);
        return heard.includes(again);
      },
      { timeout: 5_000 },
    )
    .toBe(true);
  expect(heard.filter((one) => one === id)).toEqual([id]);
  stop();
});
