/**
 * Lints an OpenAPI document with Redocly and Spectral, generates clients with three generators and compiles them.
 * Prints each problem and exits with 1 if there is one. Usage: node check-openapi.mjs <document>
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { prepareOpenapiTools } from "../launcher/dependencies.mjs";
import { openapiToolsFolder } from "../launcher/paths.mjs";

const [document = ""] = process.argv.slice(2);
const options = [
  ...["--strict", "--noEmit", "--skipLibCheck", "--target", "esnext", "--lib", "esnext,dom,dom.iterable"],
  ...["--module", "esnext", "--moduleResolution", "bundler"],
];

await prepareOpenapiTools(process.execPath);
const folder = mkdtempSync(join(tmpdir(), "gatehouse-openapi-"));
try {
  run("generate.mjs", [resolve(document), folder]);
  const files = ["openapi-typescript.ts", "orval.ts", "hey-api/index.ts", "hey-api/sdk.gen.ts"];
  run(join("node_modules", "typescript", "bin", "tsc"), [...options, ...files]);
} finally {
  rmSync(folder, { recursive: true });
}

/** Runs a script of the tools. Its output is the list of problems. */
function run(/** @type {string} */ script, /** @type {readonly string[]} */ args) {
  execFileSync(process.execPath, [join(openapiToolsFolder, script), ...args], {
    cwd: folder,
    stdio: "inherit",
  });
}
