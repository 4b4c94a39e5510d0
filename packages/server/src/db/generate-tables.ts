/**
 * Writes tables.ts, and who may do what (migrations/privileges.txt), from the schema that the migrations make:
 * `node --conditions=gatehouse-source generate-tables.ts`. With `--check` it writes nothing and fails when a file is not up to date.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { printPrivileges, privilegesFile } from "./check-privileges.ts";
import { describePrivileges } from "./describe-privileges.ts";
import { describeSchema, uncommented } from "./describe-schema.ts";
import { openEmbedded } from "./embedded/open-embedded.ts";
import { migrate } from "./migrate.ts";
import { printTables } from "./print-tables.ts";

const file = fileURLToPath(new URL("tables.ts", import.meta.url));
const engine = await openEmbedded({ folder: null });
try {
  await migrate(engine);
  const tables = await describeSchema(async (text) => (await engine.pool.query(text)).rows);
  const silent = uncommented(tables);
  if (silent.length > 0) throw new Error(`These have no comment: ${silent.join(", ")}.`);
  const written = [
    [file, printTables(tables)],
    [privilegesFile, printPrivileges(await engine.withoutTimeout(describePrivileges))],
  ] as const;
  for (const [path, text] of written) {
    if (!process.argv.includes("--check")) writeFileSync(path, text);
    else if (text !== readFileSync(path, "utf8"))
      throw new Error(`${basename(path)} is not up to date: generate it again.`);
  }
} finally {
  await engine.close();
}
