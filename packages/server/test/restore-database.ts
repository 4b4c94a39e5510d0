/** Copies and restores databases on the test server while programs are connected, as an operator would do it. */
import { randomUUID } from "node:crypto";
import type pg from "pg";
import { asSuperuser, serverUrl } from "./template.ts";

/** Copies a database; gives the copy's name. */
export function copyDatabase(name: string): Promise<string> {
  const copy = `copy_${randomUUID().replaceAll("-", "")}`;
  return alone([name], async (client) => {
    await client.query(`CREATE DATABASE ${copy} TEMPLATE ${name} STRATEGY file_copy`);
    await client.query(`ALTER DATABASE ${copy} OWNER TO ${await ownerOf(client, name)}`);
    return copy;
  });
}

/** Puts an earlier copy in a database's place. What was there is gone; so is the copy. */
export function restoreDatabase(name: string, copy: string): Promise<void> {
  return alone([name], async (client) => {
    await client.query(`DROP DATABASE ${name} WITH (FORCE)`);
    await client.query(`ALTER DATABASE ${copy} RENAME TO ${name}`);
  });
}

/** Works while nobody can connect to these databases. */
async function alone<T>(names: readonly string[], work: (client: pg.Client) => Promise<T>): Promise<T> {
  return asSuperuser(serverUrl(), async (client) => {
    for (const name of names) {
      await client.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS false`);
      await client.query("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = $1", [
        name,
      ]);
    }
    try {
      return await work(client);
    } finally {
      for (const name of names) await client.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS true`);
    }
  });
}

async function ownerOf(client: pg.Client, name: string): Promise<string> {
  const { rows } = await client.query(
    "SELECT datdba::regrole::text AS owner FROM pg_database WHERE datname = $1",
    [name],
  );
  return String(rows[0]?.owner);
}
