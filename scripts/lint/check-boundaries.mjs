/** Checks the import boundaries of all sources. */
import { root } from "../launcher/paths.mjs";
import { findRefusedImports } from "./import-boundaries.mjs";

const refused = findRefusedImports(root);
for (const { file, line, specifier, message } of refused)
  console.error(`${file}:${line} imports ${specifier}. ${message}`);
console.log(`${refused.length} refused imports`);
if (refused.length > 0) process.exitCode = 1;
