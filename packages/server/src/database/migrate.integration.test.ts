import { randomUUID } from "node:crypto";
import { afterEach, expect, test } from "vitest";
import { raceTogether } from "../../test/race-together.ts";
import { asSuperuser, createDatabaseOnServer, serverUrl, urlOf } from "../../test/template.ts";
import type { Engine } from "./engine.ts";
import { migrate } from "./migrate.ts";
import { MigrationRefused, readMigrations } from "./migrations.ts";
import { openPostgres } from "./open-postgres.ts";

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

test("four programs that start at once apply each migration once between them", async () => {
  const { engines } = await emptyDatabase(4);
  const outcomes = await raceTogether(4, (index) => migrate(engines[index] as Engine));
  const applied = outcomes.flatMap((outcome) =>
    outcome.status === "fulfilled" ? outcome.value : [outcome.reason],
  );
  expect(applied.sort()).toEqual(names);
});

test("a migration that fails leaves nothing of itself, and those before it stay", async () => {
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

test("brings addresses into their canonical form on the way, and tells what it changed", async () => {
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
  const told: string[] = [];
  await migrate(engine, all, (sentence) => told.push(sentence));
  expect(told).toEqual([
    "The account ada@m\u00FCnchen.example is now ada@xn--mnchen-3ya.example, which is the same mailbox.",
  ]);
  const insert = "UPDATE accounts SET email = 'ada@m\u00FCnchen.example'";
  await expect(engine.pool.query(insert)).rejects.toThrow("accounts_email_domain_is_ascii");
});

test("an edited file and a newer database are refused, and nothing is changed", async () => {
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

test("a user who may not make the schema is told what an administrator has to run, and then it works", async () => {
  const { url } = await emptyDatabase();
  const database = new URL(url).pathname.slice(1);
  const user = `plain_${randomUUID().slice(0, 8)}`;
  await asSuperuser(serverUrl(), (client) => client.query(`CREATE ROLE ${user} LOGIN`));
  const engine = openPostgres(urlOf(serverUrl(), database, user));
  try {
    const refusal: unknown = await migrate(engine).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(MigrationRefused);
    const [, statements = ""] = /run: (.*)$/.exec(String(refusal)) ?? [];
    expect(statements).toMatch(
      /ALTER DATABASE .* OWNER TO .*; .*GRANT gatehouse_app, gatehouse_search, gatehouse_keeper TO/,
    );
    await asSuperuser(urlOf(serverUrl(), database), (client) => client.query(statements));
    expect(await migrate(engine)).toEqual(names);
  } finally {
    await engine.close();
    await asSuperuser(urlOf(serverUrl(), database), (client) =>
      client.query(`DROP OWNED BY ${user} CASCADE`),
    );
    await asSuperuser(serverUrl(), (client) =>
      client.query(`ALTER DATABASE ${database} OWNER TO postgres; DROP ROLE ${user}`),
    );
  }
});
