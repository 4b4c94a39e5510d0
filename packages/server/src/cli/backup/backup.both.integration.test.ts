import { randomUUID } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { createEmptyTarget, fillDatabase, loadChecked, signBackup } from "../../../test/backups.ts";
import { readDatabaseState } from "../../../test/database-state.ts";
import { createTestDatabase, type TestDatabase } from "../../../test/test-database.ts";
import { createTestClock } from "../../../test/test-doubles.ts";
import { verifyAllChains } from "../../audit/verify.ts";
import { findPrivilegeFaults, listOwnTables } from "../../db/check-privileges.ts";
import { migrate } from "../../db/migrate.ts";
import { createDatabase } from "../../db/open.ts";
import { describeSigned, excludedTables, listTables } from "./backup-format.ts";
import { checkBackup } from "./read-backup.ts";
import { writeBackup } from "./write-backup.ts";

const clock = createTestClock();
const folder = mkdtempSync(join(tmpdir(), "gatehouse-backup-"));
const options = { now: clock.now(), sign: signBackup, onProgress: () => undefined };

let source: TestDatabase;
let intactBackup: string;

beforeAll(async () => {
  source = await createTestDatabase();
  await fillDatabase(source, clock);
  intactBackup = join(folder, "whole.backup");
  await writeBackup(source.engine, intactBackup, options);
});
afterAll(async () => {
  await source.close();
  rmSync(folder, { recursive: true, force: true });
});

const made: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const remove of made.splice(0)) await remove();
});

type Sql = TestDatabase["sql"];

/** Everything that a backup contains. */
async function readBackedUpState(sql: Sql): Promise<unknown> {
  const state = await readDatabaseState({ sql });
  const jobs = await sql("SELECT id, name, data, state::text, start_after FROM pgboss.job ORDER BY id");
  const exact = await sql(
    "SELECT created_at::text, answer::text FROM idempotency_keys ORDER BY organization_id",
  );
  const installation = await sql("SELECT setup_at::text, secret_key_fingerprint FROM installation");
  return {
    ...state,
    account_links: [],
    sessions: [],
    panel_sessions: [],
    setup_tokens: [],
    sign_in_challenges: [],
    used_challenges: [],
    "pgboss.job": [],
    jobs,
    exact,
    installation,
  };
}

test("restores every value, hash and counter, and no session", async () => {
  const { engine, sql } = await createEmptyTarget(made);
  await loadChecked(engine, await checkBackup(intactBackup));
  expect(await readBackedUpState(sql)).toEqual(await readBackedUpState(source.sql));
  expect(await sql("SELECT FROM sessions")).toEqual([]);
  expect(await sql("SELECT worker_seen_at AS seen FROM installation")).toEqual([{ seen: null }]);
  expect(await engine.withoutTimeout(findPrivilegeFaults)).toMatchObject({ faults: [] });
  for await (const report of verifyAllChains(engine, createDatabase(engine)))
    expect(report).toMatchObject({ events: 1_100, brokenAt: null });
  // The triggers are enabled again: they update counters, protect the last owner and keep audit events append-only.
  await sql("DELETE FROM users WHERE NOT is_owner");
  const counts = await sql("SELECT owner_count, user_count FROM organizations");
  expect(counts).toEqual([
    { owner_count: 1, user_count: 1 },
    { owner_count: 1, user_count: 1 },
  ]);
  await expect(sql("DELETE FROM users")).rejects.toThrow("organizations_owner_count_check");
  await expect(sql("DELETE FROM audit_events")).rejects.toThrow("append-only");
});

test("backs up every table except sessions, links to accounts and throttles", async () => {
  const tables = await source.engine.withoutTimeout((client) => listTables(client, excludedTables));
  const names = [...tables.map(({ name }) => name), ...excludedTables, "gatehouse_migrations"];
  expect(names.sort()).toEqual([...listOwnTables()].sort());
});

/** Writes a copy of the backup with changed lines. */
function forge(change: (lines: string[]) => string[]): string {
  const file = join(folder, `${randomUUID()}.backup`);
  const lines = gunzipSync(readFileSync(intactBackup)).toString("utf8").split("\n");
  writeFileSync(file, gzipSync(change(lines).join("\n")));
  return file;
}

test("reports a backup that was truncated or changed, and a file that is none", async () => {
  const bytes = readFileSync(intactBackup);
  const cut = join(folder, "cut.backup");
  writeFileSync(cut, bytes.subarray(0, bytes.length / 2));
  await expect(checkBackup(cut)).rejects.toThrow(/is damaged or was cut off: nothing was restored/);
  const withoutEnd = forge((lines) => lines.slice(0, -2));
  await expect(checkBackup(withoutEnd)).rejects.toThrow(/is damaged or was cut off/);
  const changed = forge((lines) => lines.map((line) => line.replace("Acme", "Evil")));
  await expect(checkBackup(changed)).rejects.toThrow(/is damaged or was cut off/);
  const other = join(folder, "other.gz");
  writeFileSync(other, gzipSync("something else\n"));
  await expect(checkBackup(other)).rejects.toThrow(/is not a backup of Gatehouse/);
  const newer = forge(([first = "", ...rest]) => [first.replace('"version":2', '"version":3'), ...rest]);
  await expect(checkBackup(newer)).rejects.toThrow(/was made by a newer version of Gatehouse/);
});

test("rejects a backup with a migration of a newer version and leaves the database empty", async () => {
  const { engine, sql } = await createEmptyTarget(made);
  const checked = await checkBackup(intactBackup);
  const migrations = [...checked.header.migrations, { name: "9999_later.sql", checksum: "x" }];
  const newer = { ...checked, header: { ...checked.header, migrations } };
  await expect(loadChecked(engine, newer)).rejects.toThrow(/a newer version wrote it/);
  expect(await sql("SELECT to_regclass('public.organizations') AS made")).toEqual([{ made: null }]);
});

test("rejects a database with data and leaves it unchanged", async () => {
  const before = await readBackedUpState(source.sql);
  await expect(loadChecked(source.engine, await checkBackup(intactBackup))).rejects.toThrow(
    /holds data already: only an empty one can be restored or moved into/,
  );
  expect(await readBackedUpState(source.sql)).toEqual(before);
});

test("rolls back when the row counts differ, and the next attempt works", async () => {
  const { engine, sql } = await createEmptyTarget(made);
  const checked = await checkBackup(intactBackup);
  const rows = { ...checked.manifest.rows, users: 1 };
  const wrong = { ...checked, manifest: { ...checked.manifest, rows } };
  await expect(loadChecked(engine, wrong)).rejects.toThrow(/users has 1 rows, and 62 were restored/);
  expect(await sql("SELECT FROM accounts")).toEqual([]);
  expect(await engine.withoutTimeout(findPrivilegeFaults)).toMatchObject({ faults: [] });
  await migrate(engine); // as a server that was started meanwhile would
  await loadChecked(engine, checked, { restoredAt: null, clearsSecretKey: true });
  expect(await sql("SELECT secret_key_fingerprint AS noted FROM installation")).toEqual([{ noted: null }]);
  expect((await sql("SELECT FROM users")).length).toBe(62);
});

test("the manifest has the last event of every audit log, and is signed", async () => {
  const { manifest } = await checkBackup(intactBackup);
  const heads = await source.sql(
    'SELECT organization_id AS "organizationId", sequence::integer, hash FROM audit_heads ORDER BY organization_id',
  );
  expect(heads.length).toBe(2);
  expect(manifest.heads).toEqual(heads);
  expect(manifest.signature).toBe(signBackup(describeSigned(manifest)));
});

test("leaves no file when the backup fails", async () => {
  const failing = {
    ...options,
    onProgress: () => {
      throw new Error("stopped");
    },
  };
  const file = join(folder, "failed.backup");
  await expect(writeBackup(source.engine, file, failing)).rejects.toThrow("stopped");
  expect(existsSync(file)).toBe(false);
  expect(readdirSync(folder).filter((name) => name.includes("unfinished"))).toEqual([]);
});
