/** A backup from the command line, and databases that something else has restored. */
import { randomUUID } from "node:crypto";
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createEmptyStorage, type EmptyStorage } from "../../../test/create-empty-storage.ts";
import { createTestDatabase, type TestDatabase } from "../../../test/create-test-database.ts";
import { runProgram } from "../../../test/program.ts";
import { asSuperuser, serverUrl, urlOf } from "../../../test/template.ts";
import {
  describePrivilegeFaults,
  findPrivilegeFaults,
  repairPrivileges,
} from "../../database/check-privileges.ts";
import { migrate } from "../../database/migrate.ts";
import { MigrationRefused } from "../../database/migrations.ts";
import { openPostgres } from "../../database/open-postgres.ts";

let source: EmptyStorage;
let target: EmptyStorage;
let t: TestDatabase;
beforeAll(async () => {
  [source, target, t] = await Promise.all([createEmptyStorage(), createEmptyStorage(), createTestDatabase()]);
});
afterAll(async () => {
  await Promise.all([source.remove(), target.remove(), t.close()]);
});

const setup =
  "setup --organization Acme --owner-email o@example.test --owner-name Ada --owner-password-stdin".split(" ");

test("an installation is backed up and restored from the command line, with the key that it had", async () => {
  const file = join(source.settings.DATA_DIR, "acme.backup");
  expect(await runProgram(["backup", file], source.settings)).toMatchObject({
    code: 1,
    stderr: "The database is not up to date, or empty. Run: gatehouse migrate\n",
  });
  expect((await runProgram(setup, source.settings, "a sentence that nobody guesses\n")).code).toBe(0);
  const written = await runProgram(["backup", file], source.settings);
  expect(written).toMatchObject({ code: 0, stderr: "" });
  expect(written.stdout).toMatch(/holds [\d,]+ rows\. .*\nThe secret key is not in it\. /);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const twice = await runProgram(["backup", file], source.settings);
  expect(twice.stderr).toMatch(/exists already\. Name a new file\.\n$/);

  const other = { ...target.settings, SECRET_KEY: "another secret key that only tests know" };
  const refused = await runProgram(["restore", file], other);
  expect(refused).toMatchObject({ code: 1, stdout: "" });
  expect(refused.stderr).toMatch(
    /^The backup was made with another secret key\. Set SECRET_KEY to that installation's, /,
  );

  const restored = await runProgram(["restore", file, "--json"], target.settings);
  expect(restored).toMatchObject({ code: 0, stderr: "" });
  expect(JSON.parse(restored.stdout)).toMatchObject({
    organizations: 1,
    rows: { organizations: 1, accounts: 1 },
  });
  expect((await runProgram(["doctor"], target.settings)).code).toBe(0);
  expect((await runProgram(["audit", "verify"], target.settings)).code).toBe(0);

  const again = await runProgram(["restore", file], target.settings);
  expect(again.stderr).toMatch(/^This database holds data already: .*\n$/);
  const missing = await runProgram(["restore", `${file}.gone`], target.settings);
  expect(missing.stderr).toMatch(/^There is no file .*\n$/);
  expect(existsSync(`${file}.gone`)).toBe(false);
}, 180_000);

test("tables that belong to another user are named, not called in order", async () => {
  const tables = await t.sql(
    "SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'",
  );
  for (const { name } of tables) await t.sql(`ALTER TABLE ${name} OWNER TO postgres`);
  const line = await t.engine.patiently(describePrivilegeFaults);
  expect(line).toMatch(
    /^The tables belong to the database user postgres, .*Set DATABASE_URL to postgres, or restore/,
  );
  await expect(t.engine.patiently(repairPrivileges)).rejects.toThrow(MigrationRefused);
  await expect(migrate(t.engine)).rejects.toThrow("The tables belong to the database user postgres");
  for (const { name } of tables) await t.sql(`ALTER TABLE ${name} OWNER TO gatehouse_test_owner`);
  expect(await t.engine.patiently(describePrivilegeFaults)).toBeNull();
});

test("an owner without the roles is told what an administrator has to run, and repairs the rest", async () => {
  const user = `plain_${randomUUID().slice(0, 8)}`;
  const database = new URL(t.url ?? "").pathname.slice(1);
  // What a restore by a new user without roles and privileges leaves.
  await t.sql(`CREATE ROLE ${user} LOGIN; ALTER DATABASE ${database} OWNER TO ${user}; REASSIGN OWNED BY gatehouse_test_owner TO ${user};
    ALTER FUNCTION append_audit_events(uuid, jsonb) OWNER TO ${user}; GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO PUBLIC;
    REVOKE ALL ON ALL TABLES IN SCHEMA public FROM gatehouse_app`);
  const engine = openPostgres(urlOf(serverUrl(), database, user));
  try {
    expect(await engine.patiently(describePrivilegeFaults)).toMatch(
      new RegExp(
        `\\(${user} is no member of gatehouse_app, and \\d+ more\\)\\. Run: gatehouse migrate --repair$`,
      ),
    );
    for (const role of ["gatehouse_app", "gatehouse_search", "gatehouse_keeper"]) {
      const grant = `GRANT ${role} TO "${user}";`;
      await expect(engine.patiently(repairPrivileges)).rejects.toThrow(`${grant} As an administrator`);
      await asSuperuser(serverUrl(), (client) => client.query(grant));
    }
    await engine.patiently(repairPrivileges);
    expect(await engine.patiently(findPrivilegeFaults)).toMatchObject({ faults: [] });
  } finally {
    await engine.close();
    await t.sql(`REASSIGN OWNED BY ${user} TO gatehouse_test_owner; ALTER DATABASE ${database} OWNER TO gatehouse_test_owner;
      DROP OWNED BY ${user}; DROP ROLE ${user}`);
  }
});
