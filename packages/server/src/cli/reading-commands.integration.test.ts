/** Commands that only read change nothing: neither the schema nor the data folder. */
import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { asSuperuser, serverUrl, toDatabaseUrl } from "../../test/database-template.ts";
import { createEmptyStorage, type ProgramStorage, runProgram, temporaryFolder } from "../../test/program.ts";
import { migrate } from "../db/migrate.ts";
import { readMigrations } from "../db/migrations.ts";
import { openPostgres } from "../db/open.ts";

let storage: ProgramStorage;
let url: string;
const folder = temporaryFolder();
const file = join(folder, "permissions.json");
writeFileSync(file, JSON.stringify({ campaigns: { label: "Campaigns", actions: { view: {} } } }));

beforeAll(async () => {
  storage = await createEmptyStorage();
  url = storage.settings["DATABASE_URL"] ?? "";
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await storage.remove();
});

const refused = {
  code: 1,
  stdout: "",
  stderr:
    "The database is not up to date, or empty, and this command doesn't change it. Run: gatehouse migrate\n",
};

/** Everything that a migration or the job queue would create. */
const readSchema = () =>
  asSuperuser(toDatabaseUrl(serverUrl(), new URL(url).pathname.slice(1)), async (client) => {
    const { rows } = await client.query(
      "SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname !~ '^pg_' ORDER BY 1, 2",
    );
    return rows;
  });

test.each(["--dry-run", "--check"])(
  "%s leaves an empty and an older database as they are",
  async (option) => {
    const args = ["catalogue", "push", file, option];
    const empty = await readSchema();
    expect(await runProgram(args, storage.settings)).toEqual({ ...refused, signal: null });
    expect(await readSchema()).toEqual(empty);
    const engine = openPostgres(url);
    await migrate(engine, readMigrations().slice(0, -1));
    await engine.close();
    const older = await readSchema();
    expect(await runProgram(args, storage.settings)).toEqual({ ...refused, signal: null });
    expect(await readSchema()).toEqual(older);
  },
  60_000,
);

test.each([
  ["catalogue push --dry-run", ["catalogue", "push", file, "--dry-run"]],
  ["audit verify", ["audit", "verify"]],
  ["backup", ["backup", join(folder, "new.backup")]],
])(
  "%s creates no embedded database and no secret key",
  async (_, args) => {
    const DATA_DIR = temporaryFolder();
    const ended = await runProgram(args, { DATA_DIR });
    expect(ended).toMatchObject({ code: 1, stdout: "" });
    expect(ended.stderr).toMatch(/^There is no database in \S+ yet\. Run: gatehouse setup, .*\n$/);
    expect(readdirSync(DATA_DIR)).toEqual([]);
    rmSync(DATA_DIR, { recursive: true });
  },
  60_000,
);
