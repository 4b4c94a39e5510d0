/** Backup and restore from the command line, and databases that another tool has restored. */
import { randomUUID } from "node:crypto";
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { asSuperuser, serverUrl, toDatabaseUrl } from "../../../test/database-template.ts";
import { createEmptyStorage, type ProgramStorage, runProgram } from "../../../test/program.ts";
import { createTestDatabase, type TestDatabase } from "../../../test/test-database.ts";
import { describePrivilegeFaults, findPrivilegeFaults, repairPrivileges } from "../../db/check-privileges.ts";
import { migrate } from "../../db/migrate.ts";
import { MigrationRefused, readMigrations } from "../../db/migrations.ts";
import { openPostgres } from "../../db/open.ts";
import { installOutbox } from "../../jobs/outbox.ts";
import { checkBackup } from "./read-backup.ts";

let source: ProgramStorage;
let target: ProgramStorage;
let t: TestDatabase;
beforeAll(async () => {
  [source, target, t] = await Promise.all([createEmptyStorage(), createEmptyStorage(), createTestDatabase()]);
});
afterAll(async () => {
  await Promise.all([source.remove(), target.remove(), t.close()]);
});

const setup =
  "setup --organization Acme --owner-email o@example.test --owner-name Ada --owner-password-stdin".split(" ");

test("backs up and restores an installation from the command line, with the same secret key", async () => {
  const file = join(source.settings.DATA_DIR, "acme.backup");
  expect(await runProgram(["backup", file], source.settings)).toMatchObject({
    code: 1,
    stderr:
      "The database is empty. Set DATABASE_URL or DATA_DIR to the one that holds the data. [backup/empty]\n",
  });
  expect((await runProgram(setup, source.settings, "a sentence that nobody guesses\n")).code).toBe(0);
  const written = await runProgram(["backup", file], source.settings);
  expect(written).toMatchObject({ code: 0, stderr: "" });
  expect(written.stdout).toMatch(/holds [\d,]+ rows\. .*\nThe secret key is not in it\. /);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const twice = await runProgram(["backup", file], source.settings);
  expect(twice.stderr).toMatch(/exists already\. Name a new file\. \[backup\/file-exists\]\n$/);

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
  expect(again.stderr).toMatch(/^This database holds data already: .* \[backup\/target-not-empty\]\n$/);
  const missing = await runProgram(["restore", `${file}.gone`], target.settings);
  expect(missing.stderr).toMatch(/^There is no file .* \[backup\/no-file\]\n$/);
  expect(existsSync(`${file}.gone`)).toBe(false);
}, 180_000);

test("backs up a database of an earlier version before the upgrade", async () => {
  const storage = await createEmptyStorage();
  try {
    const earlier = readMigrations().slice(0, -2);
    const engine = openPostgres(storage.settings["DATABASE_URL"] ?? "");
    await migrate(engine, earlier);
    await installOutbox(engine);
    await engine.close();
    const file = join(storage.settings.DATA_DIR, "earlier.backup");
    expect(await runProgram(["backup", file], storage.settings)).toMatchObject({ code: 0, stderr: "" });
    const { header } = await checkBackup(file);
    expect(header.migrations.map(({ name }) => name)).toEqual(earlier.map(({ name }) => name));
  } finally {
    await storage.remove();
  }
});

test("reports tables that belong to another user", async () => {
  const tables = await t.sql(
    "SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'",
  );
  for (const { name } of tables) await t.sql(`ALTER TABLE ${name} OWNER TO postgres`);
  const line = await t.engine.withoutTimeout(describePrivilegeFaults);
  expect(line).toMatch(
    /^The tables belong to the database user postgres, .*Set DATABASE_URL to postgres, or restore/,
  );
  await expect(t.engine.withoutTimeout(repairPrivileges)).rejects.toThrow(MigrationRefused);
  await expect(migrate(t.engine)).rejects.toThrow("The tables belong to the database user postgres");
  for (const { name } of tables) await t.sql(`ALTER TABLE ${name} OWNER TO gatehouse_test_owner`);
  expect(await t.engine.withoutTimeout(describePrivilegeFaults)).toBeNull();
});

/**
 * Changes the owner of everything in this database. REASSIGN OWNED would also change the owner of all other databases of the
 * server, which other tests use at the same time.
 */
async function changeOwner(database: string, from: string, to: string): Promise<void> {
  await t.sql(`DO $$
    DECLARE statement text;
    BEGIN
      FOR statement IN
        SELECT format('ALTER SCHEMA %I OWNER TO ${to}', nspname) FROM pg_namespace WHERE nspowner = '${from}'::regrole
        UNION ALL
        SELECT format('ALTER %s %s OWNER TO ${to}', CASE relkind WHEN 'v' THEN 'VIEW' WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END, c.oid::regclass)
          FROM pg_class c WHERE relowner = '${from}'::regrole AND relkind IN ('r', 'p', 'v', 'S')
           AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype IN ('a', 'i') AND relkind = 'S')
        UNION ALL
        SELECT format('ALTER ROUTINE %s OWNER TO ${to}', oid::regprocedure) FROM pg_proc WHERE proowner = '${from}'::regrole
        UNION ALL
        SELECT format('ALTER TYPE %s OWNER TO ${to}', oid::regtype) FROM pg_type
         WHERE typowner = '${from}'::regrole AND typrelid = 0 AND typelem = 0
      LOOP EXECUTE statement; END LOOP;
    END $$; ALTER DATABASE ${database} OWNER TO ${to}`);
}

test("names the statements for an administrator and repairs the rest when the owner lacks the roles", async () => {
  const user = `plain_${randomUUID().slice(0, 8)}`;
  const database = new URL(t.url ?? "").pathname.slice(1);
  // The state after a restore by a new user without roles and privileges.
  await t.sql(`CREATE ROLE ${user} LOGIN`);
  await changeOwner(database, "gatehouse_test_owner", user);
  await t.sql(`ALTER FUNCTION append_audit_events(uuid, jsonb) OWNER TO ${user}; GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO PUBLIC;
    REVOKE ALL ON ALL TABLES IN SCHEMA public FROM gatehouse_app`);
  const engine = openPostgres(toDatabaseUrl(serverUrl(), database, user));
  try {
    expect(await engine.withoutTimeout(describePrivilegeFaults)).toMatch(
      new RegExp(
        `\\(${user} is no member of gatehouse_app, and \\d+ more\\)\\. Run: gatehouse migrate --repair$`,
      ),
    );
    for (const role of ["gatehouse_app", "gatehouse_search", "gatehouse_keeper"]) {
      const grant = `GRANT ${role} TO "${user}";`;
      await expect(engine.withoutTimeout(repairPrivileges)).rejects.toThrow(`${grant} As an administrator`);
      await asSuperuser(serverUrl(), (client) => client.query(grant));
    }
    await engine.withoutTimeout(repairPrivileges);
    expect(await engine.withoutTimeout(findPrivilegeFaults)).toMatchObject({ faults: [] });
  } finally {
    await engine.close();
    await changeOwner(database, user, "gatehouse_test_owner");
    await t.sql(`DROP OWNED BY ${user}; DROP ROLE ${user}`);
  }
});
