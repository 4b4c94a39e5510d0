/** What a login of the database server that has nothing to do with Gatehouse can do to its database. */
import { randomUUID } from "node:crypto";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { readDatabaseState } from "../../test/database-state.ts";
import { asSuperuser, serverUrl, toDatabaseUrl } from "../../test/database-template.ts";
import { createFactories, type TestOrganization } from "../../test/factories.ts";
import { createTestDatabase, type TestDatabase } from "../../test/test-database.ts";
import { createTestClock } from "../../test/test-doubles.ts";
import { systemIds } from "../ports/ids.ts";

let t: TestDatabase;
let acme: TestOrganization;
let stranger: pg.Client;
let before: unknown;
const name = `stranger_${randomUUID().slice(0, 8)}`;

beforeAll(async () => {
  t = await createTestDatabase();
  acme = await createFactories({ db: t.db, clock: createTestClock(), ids: systemIds }).organization();
  const database = new URL(t.url ?? "").pathname.slice(1);
  // A separate schema, and temporary tables: more than a careful administrator grants.
  await t.sql(`CREATE ROLE ${name} LOGIN; GRANT CREATE, TEMP ON DATABASE ${database} TO ${name}`);
  stranger = new pg.Client({ connectionString: toDatabaseUrl(serverUrl(), database, name) });
  await stranger.connect();
  await stranger.query(`CREATE SCHEMA ${name}`);
  before = await readDatabaseState(t);
});
afterAll(async () => {
  await stranger.end();
  await t.close();
  await asSuperuser(serverUrl(), (client) => client.query(`DROP ROLE ${name}`));
});

/** The stranger's session starts without settings or temporary objects. */
beforeEach(async () => {
  await stranger.query("ROLLBACK");
  await stranger.query("DISCARD ALL");
});

const functions = (condition: string) =>
  t.sql(
    `SELECT p.oid::regprocedure::text AS signature, p.proname AS name FROM pg_proc p
      WHERE p.pronamespace = 'public'::regnamespace AND ${condition}
        AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e') ORDER BY 1`,
  ) as Promise<{ signature: string; name: string }[]>;

/** Restores what a function may be called by, after a test gave it to everybody. */
async function whileExecutableByAll(attempt: () => Promise<void>): Promise<void> {
  const all = await functions("true");
  const each = (words: (signature: string) => string) =>
    all.map(({ signature }) => words(signature)).join("; ");
  await t.sql(each((signature) => `GRANT EXECUTE ON FUNCTION ${signature} TO PUBLIC`));
  try {
    await attempt();
  } finally {
    await t.sql(each((signature) => `REVOKE EXECUTE ON FUNCTION ${signature} FROM PUBLIC`));
  }
}

/** A table of the stranger's that has every column which a trigger function of ours looks at. */
const bait = `
  CREATE TEMP TABLE bait (organization_id uuid, user_id uuid, role_id uuid, account_id uuid, name text,
    status text, is_owner boolean, expires_at timestamptz)`;

const baitRow = () => `'${acme.organizationId}', '${acme.owner.userId}', '${acme.roles.owner}',
  '${acme.owner.accountId}', 'Forged', 'active', true, NULL`;

const event = JSON.stringify([
  {
    event_id: randomUUID(),
    at: "2026-01-01T00:00:00Z",
    actor_type: "system",
    actor_name: "Forged",
    action: "forged",
    target_type: "user",
    target_name: "Nobody",
    changes: [],
  },
]);

const append = async (client: pg.Client) => {
  await client.query(`BEGIN; SET LOCAL gatehouse.organization_id = '${acme.organizationId}'`);
  await client.query("SELECT public.append_audit_events($1, $2)", [acme.organizationId, event]);
  await client.query("COMMIT");
};

test("an unprivileged role can't execute any of our functions", async () => {
  const all = await functions("true");
  expect(all.length).toBeGreaterThan(8);
  const executable = await t.sql(
    `SELECT signature FROM unnest($1::text[]) signature WHERE has_function_privilege('${name}', signature, 'EXECUTE')`,
    [all.map(({ signature }) => signature)],
  );
  expect(executable).toEqual([]);
  await expect(append(stranger)).rejects.toThrow("permission denied for function append_audit_events");
  await stranger.query("ROLLBACK");
  expect(await readDatabaseState(t)).toEqual(before);
});

test("an unprivileged role can't attach our trigger functions to its own table", async () => {
  const triggers = await functions("p.prorettype = 'trigger'::regtype");
  expect(triggers.length).toBeGreaterThan(5);
  await stranger.query(bait);
  for (const { signature } of triggers) {
    const attaching = stranger.query(
      `CREATE TRIGGER t AFTER INSERT ON bait FOR EACH ROW EXECUTE FUNCTION public.${signature}`,
    );
    await expect(attaching).rejects.toThrow("permission denied for function");
  }
  expect(await readDatabaseState(t)).toEqual(before);
});

// After a restore without privileges PUBLIC may execute every function, and an older trigger may still be attached.
test("our functions reject an unprivileged role even when PUBLIC may execute them", async () => {
  await whileExecutableByAll(async () => {
    await expect(append(stranger)).rejects.toThrow("may not write audit events");
    await stranger.query("ROLLBACK");
  });
  expect(await readDatabaseState(t)).toEqual(before);
});

test.for(["INSERT", "UPDATE", "DELETE"] as const)(
  "a trigger function that fires for %s on another table throws and changes nothing",
  async (operation) => {
    const triggers = await functions("p.prorettype = 'trigger'::regtype AND p.prosecdef");
    await whileExecutableByAll(async () => {
      for (const { signature, name: of } of triggers) {
        await stranger.query(`${bait}; INSERT INTO bait VALUES (${baitRow()})`);
        const changed = operation === "DELETE" ? "OLD" : "NEW";
        const scope =
          of === "users_keep_count"
            ? `${operation === "UPDATE" ? "" : `REFERENCING ${changed} TABLE AS changed_users`} FOR EACH STATEMENT`
            : "FOR EACH ROW";
        await stranger.query(
          `CREATE TRIGGER t AFTER ${operation} ON bait ${scope} EXECUTE FUNCTION public.${signature}`,
        );
        const statement = {
          INSERT: `INSERT INTO bait VALUES (${baitRow()})`,
          UPDATE: "UPDATE bait SET is_owner = false, name = 'Forged too', status = 'suspended'",
          DELETE: "DELETE FROM bait",
        }[operation];
        await expect(stranger.query(statement), signature).rejects.toThrow("belongs to another table");
        await stranger.query("DROP TABLE bait");
      }
    });
    expect(await readDatabaseState(t)).toEqual(before);
  },
);

test("our functions ignore objects that shadow our tables and PostgreSQL's functions", async () => {
  // A member of the application's role is the caller that may append. Its session is prepared by the attacker.
  await t.sql(`GRANT gatehouse_app TO ${name}`);
  try {
    await stranger.query(`
      CREATE TEMP TABLE audit_heads (organization_id uuid, sequence bigint, hash text);
      CREATE TEMP TABLE audit_events (organization_id uuid);
      CREATE FUNCTION ${name}.current_setting(text) RETURNS text LANGUAGE sql AS $$ SELECT 'forged' $$;
      CREATE FUNCTION ${name}.sha256(bytea) RETURNS bytea LANGUAGE sql AS $$ SELECT '\\x00'::bytea $$;
      CREATE FUNCTION ${name}.repeat(text, integer) RETURNS text LANGUAGE sql AS $$ SELECT 'forged' $$;
      GRANT USAGE ON SCHEMA ${name} TO PUBLIC;
      GRANT ALL ON pg_temp.audit_heads, pg_temp.audit_events TO PUBLIC;
      SET search_path = ${name}, pg_temp, pg_catalog, public`);
    await append(stranger);
    const shadowed = await stranger.query("SELECT FROM pg_temp.audit_heads");
    expect(shadowed.rowCount).toBe(0);
    const [last] = await t.sql(
      "SELECT actor_name, hash = audit_hash(e) AS whole, length(hash) AS length FROM audit_events e",
    );
    expect(last).toEqual({ actor_name: "Forged", whole: true, length: 64 });
  } finally {
    await t.sql(`REVOKE gatehouse_app FROM ${name}`);
  }
});

test("an unprivileged role can neither create objects in our schema nor read our tables", async () => {
  await expect(stranger.query("CREATE TABLE public.mine ()")).rejects.toThrow(
    "permission denied for schema public",
  );
  const readable = await t.sql(`
    SELECT oid::regclass::text AS name FROM pg_class
     WHERE relnamespace IN (SELECT oid FROM pg_namespace WHERE nspname IN ('public', 'pgboss')) AND relkind IN ('r', 'v', 'p')
       AND (has_table_privilege('${name}', oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER')
         OR has_any_column_privilege('${name}', oid, 'SELECT, INSERT, UPDATE, REFERENCES'))`);
  expect(readable).toEqual([]);
});
