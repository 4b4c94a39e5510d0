import { randomUUID } from "node:crypto";
import pg from "pg";
import { afterEach, expect, test, vi } from "vitest";
import {
  asSuperuser,
  createDatabaseOnServer,
  serverUrl,
  toDatabaseUrl,
} from "../../test/database-template.ts";
import { startProgram, temporaryFolder } from "../../test/program.ts";
import { runConcurrently } from "../../test/run-concurrently.ts";
import type { Engine } from "./engine.ts";
import { migrate } from "./migrate.ts";
import { MigrationRefused, readMigrations } from "./migrations.ts";
import { openPostgres } from "./open.ts";

const made: { readonly name: string; readonly engines: Engine[] }[] = [];

/** An empty database and as many programs that want to migrate it. */
async function emptyDatabase(programs = 1): Promise<{ url: string; engines: readonly Engine[] }> {
  const name = `migrate_${randomUUID().replaceAll("-", "")}`;
  const url = await createDatabaseOnServer(name);
  const engines = Array.from({ length: programs }, () => openPostgres(url));
  made.push({ name, engines });
  return { url, engines };
}

afterEach(async () => {
  for (const { name, engines } of made.splice(0)) {
    await Promise.all(engines.map((engine) => engine.close()));
    await asSuperuser(serverUrl(), (client) => client.query(`DROP DATABASE ${name} WITH (FORCE)`));
  }
});

const all = readMigrations();
const names = all.map(({ name }) => name);

test("four concurrent processes apply each migration exactly once", async () => {
  const { engines } = await emptyDatabase(4);
  const outcomes = await runConcurrently(4, (index) => migrate(engines[index] as Engine));
  const applied = outcomes.flatMap((outcome) =>
    outcome.status === "fulfilled" ? outcome.value : [outcome.reason],
  );
  expect(applied.sort()).toEqual(names);
});

test("a failing migration is rolled back, and earlier ones stay applied", async () => {
  const { engines } = await emptyDatabase();
  const [engine] = engines as [Engine];
  const broken = { name: "9999_broken.sql", sql: "CREATE TABLE half (); SELECT 1 / 0;", checksum: "x" };
  await expect(migrate(engine, [...all, broken])).rejects.toThrow("division by zero");
  const { rows } = await engine.pool.query(
    "SELECT to_regclass('half') AS half, (SELECT count(*) FROM gatehouse_migrations) AS recorded",
  );
  expect(rows).toEqual([{ half: null, recorded: all.length }]);
  expect(await migrate(engine)).toEqual([]);
});

test("converts addresses to their canonical form during migration, and reports the changes", async () => {
  const { engines } = await emptyDatabase();
  const [engine] = engines as [Engine];
  await migrate(
    engine,
    all.filter(({ name }) => name < "0012"),
  );
  await engine.pool.query(
    `INSERT INTO accounts (account_id, email, name, password_hash, created_at)
     VALUES (gen_random_uuid(), 'ada@m\u00FCnchen.example', 'Ada', 'none', now())`,
  );
  const reported: string[] = [];
  await migrate(engine, all, { onChange: (sentence) => reported.push(sentence) });
  expect(reported).toEqual([
    "The account ada@m\u00FCnchen.example is now ada@xn--mnchen-3ya.example, which is the same mailbox.",
  ]);
  const insert = "UPDATE accounts SET email = 'ada@m\u00FCnchen.example'";
  await expect(engine.pool.query(insert)).rejects.toThrow("accounts_email_domain_is_ascii");
});

test("sessions open at the upgrade count as used in each organization of their account", async () => {
  const { url, engines } = await emptyDatabase();
  const [engine] = engines as [Engine];
  const everything = toDatabaseUrl(serverUrl(), new URL(url).pathname.slice(1));
  await migrate(
    engine,
    all.filter(({ name }) => name < "0014"),
  );
  const [ada, eve, one, two, left] = Array.from({ length: 5 }, () => randomUUID());
  const user = (organizationId: unknown, accountId: unknown, status: string, isOwner: boolean) =>
    `INSERT INTO users (organization_id, user_id, account_id, name, email, name_key, search_key, status, is_owner, created_at)
     VALUES ('${organizationId}', gen_random_uuid(), '${accountId}', 'N', '${accountId}@example.test', 'n', 'n', '${status}', ${isOwner}, now());`;
  const organization = (id: unknown, status: string) =>
    `INSERT INTO organizations (organization_id, name, created_at) VALUES ('${id}', 'Acme', now());
     ${user(id, eve, "active", true)} ${user(id, ada, status, false)}`;
  await asSuperuser(everything, (client) =>
    client.query(
      `INSERT INTO accounts (account_id, email, name, password_hash, created_at)
       VALUES ('${ada}', 'ada@example.test', 'Ada', 'none', now()), ('${eve}', 'eve@example.test', 'Eve', 'none', now());
       ${organization(one, "active")} ${organization(two, "active")} ${organization(left, "suspended")}
       INSERT INTO sessions (token_hash, session_id, account_id, created_at, last_seen_at, expires_at)
       VALUES ('open', gen_random_uuid(), '${ada}', now(), now(), now() + interval '1 day'),
         ('over', gen_random_uuid(), '${ada}', now(), now(), now() - interval '1 day')`,
    ),
  );
  await migrate(engine);
  const { rows } = await asSuperuser(everything, (client) =>
    client.query("SELECT organization_id AS id, session_hash AS hash FROM session_uses"),
  );
  expect(rows).toHaveLength(2);
  for (const id of [one, two]) expect(rows).toContainEqual({ id, hash: "open" });
});

test("rejects an edited file and a newer database, and changes nothing", async () => {
  const { engines } = await emptyDatabase();
  const [engine] = engines as [Engine];
  await migrate(engine);
  const edited = all.map((migration, index) =>
    index === 2 ? { ...migration, checksum: "edited" } : migration,
  );
  await expect(migrate(engine, edited)).rejects.toThrow(`${names[2]} was changed after it had been applied`);
  await expect(migrate(engine, all.slice(0, -1))).rejects.toThrow(MigrationRefused);
  const { rows } = await engine.pool.query("SELECT count(*) FROM gatehouse_migrations");
  expect(rows).toEqual([{ count: all.length }]);
});

test("reports what an administrator must run when the user can't create the schema, and works afterwards", async () => {
  const { url } = await emptyDatabase();
  const database = new URL(url).pathname.slice(1);
  const user = `plain_${randomUUID().slice(0, 8)}`;
  await asSuperuser(serverUrl(), (client) => client.query(`CREATE ROLE ${user} LOGIN`));
  const engine = openPostgres(toDatabaseUrl(serverUrl(), database, user));
  try {
    const error: unknown = await migrate(engine).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(MigrationRefused);
    const [, statements = ""] = /run: (.*)$/.exec(String(error)) ?? [];
    expect(statements).toMatch(
      /ALTER DATABASE .* OWNER TO .*; .*GRANT gatehouse_app, gatehouse_search, gatehouse_keeper TO/,
    );
    await asSuperuser(toDatabaseUrl(serverUrl(), database), (client) => client.query(statements));
    expect(await migrate(engine)).toEqual(names);
  } finally {
    await engine.close();
    await asSuperuser(toDatabaseUrl(serverUrl(), database), (client) =>
      client.query(`DROP OWNED BY ${user} CASCADE`),
    );
    await asSuperuser(serverUrl(), (client) =>
      client.query(`ALTER DATABASE ${database} OWNER TO postgres; DROP ROLE ${user}`),
    );
  }
});

test("a step of a migration runs after its SQL and in its transaction", async () => {
  const { engines } = await emptyDatabase();
  const [engine] = engines as [Engine];
  await migrate(engine);
  const withStep = (sql: string) => ({
    name: "9998_step.sql",
    sql: "CREATE TABLE stepped (word text)",
    checksum: "x",
    steps: [
      {
        when: "after" as const,
        run: async (client: pg.ClientBase) => {
          await client.query("INSERT INTO stepped VALUES ('kept')");
          await client.query(sql);
          return ["One word was kept."];
        },
      },
    ],
  });
  const changes: string[] = [];
  const report = { onChange: (sentence: string) => changes.push(sentence) };
  await expect(migrate(engine, [...all, withStep("SELECT 1 / 0")], report)).rejects.toThrow(
    "division by zero",
  );
  expect((await engine.pool.query("SELECT to_regclass('stepped') AS made")).rows).toEqual([{ made: null }]);
  expect(changes).toEqual([]);
  expect(await migrate(engine, [...all, withStep("SELECT 1")], report)).toEqual(["9998_step.sql"]);
  expect(changes).toEqual(["One word was kept."]);
  expect((await engine.pool.query("SELECT word FROM stepped")).rows).toEqual([{ word: "kept" }]);
});

test("creates the tables in the schema public, whatever the user's search_path is", async () => {
  const { url, engines } = await emptyDatabase();
  const [engine] = engines as [Engine];
  const database = new URL(url).pathname.slice(1);
  await asSuperuser(toDatabaseUrl(serverUrl(), database), (client) =>
    client.query(
      `CREATE SCHEMA app; GRANT ALL ON SCHEMA app TO PUBLIC; ALTER DATABASE ${database} SET search_path = app, public`,
    ),
  );
  await migrate(engine);
  const { rows } = await engine.pool.query(
    "SELECT count(*) FROM pg_class WHERE relnamespace = 'app'::regnamespace",
  );
  expect(rows).toEqual([{ count: 0 }]);
});

/** A migrated database, a session that reads a table in an open transaction, and a migration that needs the table. */
async function longReader(): Promise<{ engine: Engine; reader: pg.Client; url: string; wanted: typeof all }> {
  const { url, engines } = await emptyDatabase(1);
  const [engine] = engines as [Engine];
  await migrate(engine);
  const reader = new pg.Client({ connectionString: url, application_name: "a long report" });
  await reader.connect();
  await reader.query("BEGIN; SELECT FROM throttles");
  const sql = "ALTER TABLE throttles ADD COLUMN more integer";
  return { engine, reader, url, wanted: [...all, { name: "9999_more.sql", sql, checksum: "x" }] };
}

test("a migration that waits for a long reader lets others through between its attempts, and continues when it has ended", async () => {
  const { engine, reader, wanted } = await longReader();
  try {
    const lines: string[] = [];
    const migrating = migrate(engine, wanted, {
      lockTimeoutMs: 200,
      retryDelayMs: 50,
      maxAttempts: 1_000,
      onWait: (line) => lines.push(line),
    });
    await vi.waitFor(() => expect(lines.length).toBeGreaterThan(1), { timeout: 15_000 });
    expect(lines.at(-1)).toMatch(
      /^9999_more\.sql waits for a table that process \d+ of the server \(a long report, /,
    );
    // Others wait for one attempt at most: without the limit they would wait for the reader.
    await engine.pool.query("SELECT count(*) FROM throttles");
    await reader.query("COMMIT");
    expect(await migrating).toEqual(["9999_more.sql"]);
  } finally {
    await reader.end();
  }
});

test("a reader that doesn't end is reported with its process id, and the migration is rolled back", async () => {
  const { engine, reader, wanted } = await longReader();
  try {
    const { rows: pid } = await reader.query("SELECT pg_backend_pid() AS pid");
    const error: unknown = await migrate(engine, wanted, {
      lockTimeoutMs: 300,
      retryDelayMs: 1,
      maxAttempts: 3,
    }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(MigrationRefused);
    expect(String(error)).toContain(`process ${pid[0]?.pid} of the server (a long report, `);
    expect(String(error)).toContain(`SELECT pg_terminate_backend(${pid[0]?.pid});`);
    const { rows } = await engine.pool.query("SELECT count(*) FROM gatehouse_migrations");
    expect(rows).toEqual([{ count: all.length }]);
  } finally {
    await reader.end();
  }
});

test("a killed migrating process leaves no waiting session", async () => {
  const { url } = await emptyDatabase(0);
  const holder = new pg.Client({ connectionString: url });
  await holder.connect();
  try {
    await holder.query("SELECT pg_advisory_lock(7236837001)");
    const secretKey = "a secret key that only tests know, 32+";
    const program = startProgram(["migrate"], {
      DATABASE_URL: url,
      SECRET_KEY: secretKey,
      DATA_DIR: temporaryFolder(),
    });
    const waiting = async () =>
      (
        await holder.query(
          "SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
        )
      ).rowCount;
    await vi.waitFor(async () => expect(await waiting()).toBe(1), { timeout: 15_000, interval: 50 });
    program.child.kill("SIGKILL");
    await program.exited;
    await vi.waitFor(async () => expect(await waiting()).toBe(0), { timeout: 15_000, interval: 100 });
  } finally {
    await holder.end();
  }
});
