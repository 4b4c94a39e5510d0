/**
 * Writes tables.ts from the schema that the migrations make: `node --conditions=gatehouse-source generate-tables.ts`.
 * With `--check` it writes nothing and fails when the file is not up to date.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
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
  const printed = printTables(tables);
  if (!process.argv.includes("--check")) writeFileSync(file, printed);
  else if (printed !== readFileSync(file, "utf8"))
    throw new Error("tables.ts is not up to date: generate it again.");
} finally {
  await engine.close();
}
