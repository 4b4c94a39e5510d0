/** Backups that don't match their manifest, interrupted restores, and backups of earlier versions. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { createEmptyTarget, fillDatabase, loadChecked, signBackup } from "../../../test/backups.ts";
import { createTestDatabase } from "../../../test/test-database.ts";
import { createTestClock } from "../../../test/test-doubles.ts";
import { verifyAllChains } from "../../audit/verify.ts";
import { findPrivilegeFaults } from "../../db/check-privileges.ts";
import { migrate } from "../../db/migrate.ts";
import { readMigrations } from "../../db/migrations.ts";
import { createDatabase } from "../../db/open.ts";
import { installOutbox } from "../../jobs/outbox.ts";
import { loadInto } from "./load-backup.ts";
import { checkBackup, readBackupPages } from "./read-backup.ts";
import type { SnapshotPage } from "./read-snapshot.ts";
import { writeBackup } from "./write-backup.ts";

const clock = createTestClock();
const folder = mkdtempSync(join(tmpdir(), "gatehouse-backup-"));
const options = { now: clock.now(), sign: signBackup, onProgress: () => undefined };
const intactBackup = join(folder, "whole.backup");

beforeAll(async () => {
  const source = await createTestDatabase();
  await fillDatabase(source, clock);
  await writeBackup(source.engine, intactBackup, options);
  await source.close();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const made: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const remove of made.splice(0)) await remove();
});

test("rolls back when an audit log was changed or doesn't end as the manifest says, unless that is accepted", async () => {
  const { engine, sql } = await createEmptyTarget(made);
  const checked = await checkBackup(intactBackup);
  const [first, ...rest] = checked.manifest.heads;
  const heads = [{ organizationId: "", hash: "", ...first, sequence: 1_099 }, ...rest];
  await expect(
    loadChecked(engine, { ...checked, manifest: { ...checked.manifest, heads } }),
  ).rejects.toMatchObject({
    code: "backup/heads-differ",
  });
  const forged = await checkBackup(intactBackup);
  async function* changePages(): AsyncGenerator<SnapshotPage> {
    for await (const page of readBackupPages(forged, () => undefined)) {
      const isLog = page.table === "audit_events";
      yield isLog
        ? { ...page, lines: page.lines.map((line) => line.replace("users.edited", "users.joined")) }
        : page;
    }
  }
  const forgedSource = { header: forged.header, pages: changePages, manifest: () => forged.manifest };
  await expect(loadInto(engine, forgedSource, { restoredAt: null })).rejects.toMatchObject({
    code: "backup/audit-log-broken",
  });
  expect(await sql("SELECT FROM accounts")).toEqual([]);
  const accepted = await loadInto(engine, forgedSource, { restoredAt: null, acceptsBrokenChains: true });
  expect(accepted.broken.length).toBe(2);
});

test("leaves no row when it is interrupted between two tables, and the next attempt works", async () => {
  const { engine, sql } = await createEmptyTarget(made);
  const checked = await checkBackup(intactBackup);
  async function* stopEarly(): AsyncGenerator<SnapshotPage> {
    for await (const page of readBackupPages(checked, () => undefined)) {
      if (page.table === "users") throw new Error("killed");
      yield page;
    }
  }
  const interrupted = { header: checked.header, pages: stopEarly, manifest: () => checked.manifest };
  await expect(loadInto(engine, interrupted, { restoredAt: null })).rejects.toThrow("killed");
  expect(await sql("SELECT FROM accounts")).toEqual([]);
  expect(await sql("SELECT FROM organizations")).toEqual([]);
  const { organizations } = await loadChecked(engine, checked, { restoredAt: clock.now() });
  expect(organizations).toBe(2);
  const events = await sql("SELECT sequence::integer, changes FROM audit_events WHERE action = $1", [
    "organizations.backup-restored",
  ]);
  const changes = [{ field: "backupMadeAt", before: null, after: clock.now().toISOString() }];
  expect(events).toEqual([1, 2].map(() => ({ sequence: 1_101, changes })));
  for await (const report of verifyAllChains(engine, createDatabase(engine)))
    expect(report).toMatchObject({ events: 1_101, brokenAt: null });
});

test("applies later migrations to a backup of an earlier version", async () => {
  const [older, target] = [await createEmptyTarget(made), await createEmptyTarget(made)];
  const all = readMigrations();
  await migrate(older.engine, all.slice(0, -2));
  await installOutbox(older.engine);
  await older.sql("UPDATE installation SET setup_at = '2026-01-02 03:04:05+00'");
  const file = join(folder, "older.backup");
  await writeBackup(older.engine, file, options);
  await loadChecked(target.engine, await checkBackup(file));
  const applied = await target.sql("SELECT name FROM gatehouse_migrations ORDER BY name");
  expect(applied).toEqual(all.map(({ name }) => ({ name })));
  expect(await target.sql("SELECT setup_at::text AS at FROM installation")).toEqual([
    { at: "2026-01-02 03:04:05+00" },
  ]);
  expect(await target.engine.withoutTimeout(findPrivilegeFaults)).toMatchObject({ faults: [] });
});
