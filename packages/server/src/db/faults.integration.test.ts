import { afterAll, beforeAll, expect, test } from "vitest";
import { createFactories, type TestOrganization } from "../../test/factories.ts";
import { runConcurrently } from "../../test/run-concurrently.ts";
import { type SwitchableProxy, startSwitchableProxy } from "../../test/tcp-proxies.ts";
import { createTestDatabase, type TestDatabase } from "../../test/test-database.ts";
import { createTestClock } from "../../test/test-doubles.ts";
import { systemIds } from "../ports/ids.ts";
import { DatabaseUnavailable, type OpenDatabase } from "./database.ts";
import { createDatabase, openPostgres } from "./open.ts";
import { sql } from "./sql.ts";

let t: TestDatabase;
let acme: TestOrganization;
let line: SwitchableProxy;
let db: OpenDatabase;

beforeAll(async () => {
  t = await createTestDatabase();
  acme = await createFactories({ db: t.db, clock: createTestClock(), ids: systemIds }).organization();
  const target = new URL(t.url ?? "");
  line = await startSwitchableProxy(`${target.searchParams.get("host")}/.s.PGSQL.5432`);
  target.search = "";
  target.host = `127.0.0.1:${line.port}`;
  db = createDatabase(openPostgres(target.href));
});
afterAll(async () => {
  await db.close();
  await line.close();
  await t.close();
});

const readName = async () =>
  (await db.tenant(acme.organizationId, (tx) => tx.query(sql`SELECT name FROM organizations`))).rows;

test("a connection lost during a transaction leaves all of it or nothing, and only the expected error", async () => {
  const outcomes: string[] = [];
  for (let round = 0; round < 40; round++) {
    const runs = runConcurrently(5, (index) =>
      db.shared(async (tx) => {
        for (const half of ["a", "b"]) {
          const bucket = `${round}-${index}-${half}`;
          await tx.query(sql`INSERT INTO throttles VALUES (${bucket}, 1, to_timestamp(0), to_timestamp(0))`);
        }
      }),
    );
    setTimeout(line.cut, round % 10);
    for (const run of await runs) {
      if (run.status === "rejected") expect(run.reason).toBeInstanceOf(DatabaseUnavailable);
      outcomes.push(run.status);
    }
  }
  expect(new Set(outcomes)).toEqual(new Set(["fulfilled", "rejected"]));
  const halves = await t.sql(
    "SELECT count(*)::integer AS n FROM throttles GROUP BY regexp_replace(bucket, '-[ab]$', '') HAVING count(*) <> 2",
  );
  expect(halves).toEqual([]);
  const [kept] = await t.sql("SELECT count(*)::integer / 2 AS pairs FROM throttles");
  expect(Number(kept?.["pairs"])).toBeGreaterThanOrEqual(
    outcomes.filter((outcome) => outcome === "fulfilled").length,
  );
});

test("after connections were lost inside an organization, no pool connection keeps that organization", async () => {
  for (let round = 0; round < 20; round++) {
    const runs = runConcurrently(3, () =>
      db.tenant(acme.organizationId, (tx) => tx.query(sql`SELECT pg_sleep(0.005)`)),
    );
    setTimeout(line.cut, round % 6);
    await runs;
    const reading = db.shared((tx) => tx.query(sql`SELECT * FROM users`));
    await expect(reading).rejects.toThrow();
  }
});

test("while the database is down everything fails within two seconds, and works when it is back", async () => {
  expect(await readName()).toEqual([{ name: acme.name }]);
  await line.close();
  const before = performance.now();
  const outcomes = await runConcurrently(30, () => readName());
  expect(performance.now() - before).toBeLessThan(2_000);
  for (const outcome of outcomes) {
    expect(outcome.status === "rejected" && outcome.reason).toBeInstanceOf(DatabaseUnavailable);
  }
  await expect(db.ping()).rejects.toBeInstanceOf(DatabaseUnavailable);
  await line.reopen();
  expect(await readName()).toEqual([{ name: acme.name }]);
  await db.ping();
});

test("a server that ends the session in the middle of a transaction is unavailable, not an unknown error", async () => {
  const ended = db.shared(async (tx) => {
    const { rows } = await tx.query(sql<{ pid: number }>`SELECT pg_backend_pid() AS pid`);
    await t.sql("SELECT pg_terminate_backend($1, 1000)", [rows[0]?.pid]);
    await tx.query(sql`SELECT 1`);
  });
  await expect(ended).rejects.toBeInstanceOf(DatabaseUnavailable);
  await db.ping();
});

test("when all connections are in use the next request fails within two seconds", async () => {
  let free: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    free = resolve;
  });
  const holders = Array.from({ length: 20 }, () => db.shared(() => held, { readOnly: true }));
  const taken = Promise.allSettled(holders); // some of them failed as well
  const before = performance.now();
  await expect(readName()).rejects.toBeInstanceOf(DatabaseUnavailable);
  expect(performance.now() - before).toBeLessThan(2_500);
  await db.ping(); // which uses a reserved connection
  free();
  await taken;
  expect(await readName()).toEqual([{ name: acme.name }]);
});

test("both of two deadlocked transactions succeed, because one is retried", async () => {
  const names = ["deadlock-1", "deadlock-2"];
  for (const bucket of names) {
    await t.sql("INSERT INTO throttles VALUES ($1, 0, now(), now())", [bucket]);
  }
  let attempts = 0;
  const outcomes = await runConcurrently(2, (index) =>
    db.shared(async (tx) => {
      attempts += 1;
      for (const bucket of index === 0 ? names : names.toReversed()) {
        await tx.query(sql`UPDATE throttles SET failures = failures + 1 WHERE bucket = ${bucket}`);
        await tx.query(sql`SELECT pg_sleep(0.05)`);
      }
    }),
  );
  expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled"]);
  expect(attempts).toBe(3);
  const rows = await t.sql("SELECT failures FROM throttles WHERE bucket LIKE 'deadlock-%'");
  expect(rows).toEqual([{ failures: 2 }, { failures: 2 }]);
});
