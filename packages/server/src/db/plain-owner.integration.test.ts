import { expect, test } from "vitest";
import { openEmbedded } from "./embedded/open-embedded.ts";
import { migrate } from "./migrate.ts";
import { createDatabase } from "./open.ts";
import { sql } from "./sql.ts";

// The embedded database is PostgreSQL 18, where making a role no longer means being allowed to act as it.
test("on PostgreSQL 18 a database owner with CREATEROLE can create the schema and use it", async () => {
  const engine = await openEmbedded({ folder: null });
  try {
    await engine.pool.query(`
      CREATE ROLE plain LOGIN CREATEROLE; ALTER DATABASE postgres OWNER TO plain; SET SESSION AUTHORIZATION plain`);
    await expect(migrate(engine)).resolves.toContain("0001_organizations.sql");
    const { rows } = await createDatabase(engine).shared((tx) =>
      tx.query(sql`SELECT singleton, setup_at FROM installation`),
    );
    expect(rows).toMatchObject([{ singleton: true, setup_at: null }]);
  } finally {
    await engine.close();
  }
});
