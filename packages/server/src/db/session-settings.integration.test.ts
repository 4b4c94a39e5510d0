/** Databases and users with settings of their own, such as another date style. */
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import pg from "pg";
import { afterAll, expect, test } from "vitest";
import {
  asSuperuser,
  createDatabaseOnServer,
  postgresTemplate,
  serverUrl,
  toDatabaseUrl,
} from "../../test/database-template.ts";
import { runProgram, startServer, temporaryFolder } from "../../test/program.ts";
import { columnParsers } from "./column-values.ts";
import { createDatabase, openPostgres } from "./open.ts";
import { sql } from "./sql.ts";

const names: string[] = [];
afterAll(() =>
  asSuperuser(serverUrl(), async (client) => {
    for (const name of names) await client.query(`DROP DATABASE ${name} WITH (FORCE)`);
  }),
);

/** The statements of a fixture, for a database of this test: other tests share the server and its users. */
const readStatements = (file: string, name: string, user: string): readonly string[] =>
  readFileSync(new URL(`../../test/fixtures/${file}`, import.meta.url), "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) =>
      line
        .replace("DATABASE gatehouse", `DATABASE ${name}`)
        .replace("ROLE gatehouse", `ROLE ${user} IN DATABASE ${name}`),
    );

async function createWithSettings(
  toStatements: (name: string, user: string) => readonly string[],
  template?: string,
): Promise<string> {
  const name = `settings_${randomUUID().replaceAll("-", "")}`;
  names.push(name);
  const url = await createDatabaseOnServer(name, template);
  await asSuperuser(toDatabaseUrl(serverUrl(), name), async (client) => {
    await client.query("CREATE SCHEMA app; GRANT ALL ON SCHEMA app TO PUBLIC");
    for (const statement of toStatements(name, new URL(url).username)) await client.query(statement);
  });
  return url;
}

const setup =
  "setup --organization Acme --owner-email o@example.test --owner-name Ada --owner-password-stdin".split(" ");

const searchPaths = (name: string, user: string) => readStatements("pg-search-path.sql", name, user);

test.each<[string, (name: string, user: string) => readonly string[]]>([
  [
    "a German date style and other output formats",
    (name, user) => [
      ...readStatements("pg-datestyle.sql", name, user),
      ...[
        "bytea_output = escape",
        "timezone = 'Asia/Kolkata'",
        "quote_all_identifiers = on",
        "array_nulls = off",
      ].map((setting) => `ALTER DATABASE ${name} SET ${setting}`),
    ],
  ],
  ["a search path with another schema", (name, user) => searchPaths(name, user).slice(0, 1)],
  ["a search path without public", (name, user) => searchPaths(name, user).slice(1)],
])(
  "works with %s",
  async (_, toStatements) => {
    const url = await createWithSettings(toStatements);
    const settings = {
      DATABASE_URL: url,
      DATA_DIR: temporaryFolder(),
      SECRET_KEY: "a secret key that only tests know, 32+",
    };
    const made = await runProgram(setup, settings, "a sentence that nobody guesses\n");
    expect(made).toMatchObject({ code: 0, stderr: "" });
    const { organizationId, apiKey } = JSON.parse(made.stdout);
    const server = await startServer(url);
    try {
      const get = async (path: string) => {
        const response = await fetch(`${server.url}/api/v1/organizations/${organizationId}${path}`, {
          headers: { authorization: `Bearer ${apiKey}` },
        });
        expect(response.status, path).toBe(200);
        return (await response.json()) as { readonly items: readonly unknown[] };
      };
      const time = expect.stringMatching(/^20\d\d-\d\d-\d\dT/);
      expect(await get("/roles")).toMatchObject({
        items: [{ name: "Owner", updatedAt: time }, {}, {}],
      });
      expect(await get("/users")).toMatchObject({ items: [{ name: "Ada", createdAt: time }] });
      expect(await get("/api-keys")).toMatchObject({ items: [{ createdAt: time, expiresAt: time }] });
      const { items } = await get("/audit-events");
      expect(items).not.toHaveLength(0);
      for (const event of items) expect(event).toMatchObject({ at: time });
      const doctor = await runProgram(["doctor"], settings);
      expect(doctor.stdout).toMatch(/ok {4}database: PostgreSQL/);
      expect((await runProgram(["audit", "verify"], settings)).code).toBe(0);
    } finally {
      await server.stop();
    }
  },
  120_000,
);

test("sets them in every transaction behind a pooler", async () => {
  const url = await createWithSettings(
    (name, user) => [...readStatements("pg-datestyle.sql", name, user), ...searchPaths(name, user).slice(1)],
    await postgresTemplate(),
  );
  const engine = openPostgres(url);
  const pool = new pg.Pool({ connectionString: url, max: 1, pipeline: true, types: columnParsers }); // nothing is set per connection
  try {
    const read = () =>
      createDatabase({ ...engine, pool, priorityPool: pool }).shared((tx) =>
        tx.query(sql<{ style: string; at: Date }>`
          SELECT current_setting('datestyle') AS style, '2026-02-01T00:00:00Z'::timestamptz AS at FROM installation`),
      );
    expect((await read()).rows).toEqual([{ style: "ISO, MDY", at: new Date("2026-02-01") }]);
    const { rows } = await pool.query("SHOW datestyle");
    expect(rows).toEqual([{ DateStyle: "German, DMY" }]);
    await expect(pool.query("SELECT '2026-02-01T00:00:00Z'::timestamptz AS at")).rejects.toThrow(
      /^01\.02\.2026 .* can't be read as a time$/,
    );
  } finally {
    await pool.end();
    await engine.close();
  }
});

test("retries on another connection after a change of the schema, in every language of the server", async () => {
  const url = await createWithSettings(
    (name, user) => [`ALTER ROLE ${user} IN DATABASE ${name} SET lc_messages = 'C'`],
    await postgresTemplate(),
  );
  const engine = openPostgres(url);
  try {
    const db = createDatabase(engine);
    const read = () =>
      db.shared((tx) => tx.query(sql`/* prepared installation */ SELECT * FROM installation`), {
        readOnly: true,
      });
    await read();
    await asSuperuser(toDatabaseUrl(serverUrl(), new URL(url).pathname.slice(1)), (client) =>
      client.query("ALTER TABLE installation ADD COLUMN more integer"),
    );
    expect((await read()).rows).toEqual([expect.objectContaining({ more: null })]);
  } finally {
    await engine.close();
  }
});
