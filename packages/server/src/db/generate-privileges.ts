/**
 * Writes who may do what in the migrated schema (migrations/privileges.txt):
 * `node --conditions=gatehouse-source generate-privileges.ts`. With `--check` it writes nothing and fails when the file
 * is not up to date.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { describePrivileges, printPrivileges, privilegesFile } from "./check-privileges.ts";
import { openEmbedded } from "./embedded/open-embedded.ts";
import { migrate } from "./migrate.ts";

const engine = await openEmbedded({ folder: null });
try {
  await migrate(engine);
  const text = printPrivileges(await engine.withoutTimeout(describePrivileges));
  if (!process.argv.includes("--check")) writeFileSync(privilegesFile, text);
  else if (text !== readFileSync(privilegesFile, "utf8"))
    throw new Error(`${basename(privilegesFile)} is not up to date: generate it again.`);
} finally {
  await engine.close();
}
