import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestApp, type TestApp } from "../../test/create-test-app.ts";
import { addPendingInvitations } from "../../test/invitations.ts";
import { refreshStatistics, startRefreshingStatistics } from "./refresh-statistics.ts";

let t: TestApp;

beforeAll(async () => {
  t = await createTestApp();
  await t.sql("ALTER TABLE invitations SET (autovacuum_enabled = off)"); // it would do the same, sooner or later
});
afterAll(() => t.close());

const invite = async (count: number, prefix: string) =>
  addPendingInvitations(t, await t.organization(), { count, prefix });

/** Rows that the planner believes the table to have. */
const believed = async () => {
  const [row] = await t.sql("SELECT reltuples::float8 AS rows FROM pg_class WHERE relname = 'invitations'");
  return Number(row?.["rows"]);
};

test("a table that has grown is analyzed, and one that hasn't isn't", async () => {
  const small = await believed();
  await invite(2_000, "first-");
  expect(await believed()).toBe(small);
  await refreshStatistics(t.engine);
  expect(await believed()).toBe(2_000);
  await invite(500, "few-");
  await refreshStatistics(t.engine);
  expect(await believed()).toBe(2_000);
});

test("it happens in the background, also after a failure", async () => {
  await invite(5_000, "many-");
  let failures = 0;
  const pool = new Proxy(t.engine.pool, {
    get: (target, name) => {
      if (name === "connect" && failures === 0) {
        failures += 1;
        return () => Promise.reject(new Error("no connection"));
      }
      return Reflect.get(target, name);
    },
  });
  const refreshing = startRefreshingStatistics({ ...t.engine, pool });
  await expect.poll(believed, { timeout: 120_000 }).toBeGreaterThanOrEqual(7_000);
  await refreshing.stop();
  expect(failures).toBe(1);
});
