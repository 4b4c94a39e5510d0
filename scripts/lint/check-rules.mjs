/**
 * Tests the rules of biome.json, and the import boundaries (`boundary`). A rule that stopped working looks like a rule without
 * violations, so the fixtures violate each of them: every line with a comment `refused: rule` must be reported by that rule,
 * and no other line by any.
 */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../launcher/paths.mjs";
import { runNodeCaptured } from "../launcher/run-captured.mjs";
import { findRefusedImports } from "./import-boundaries.mjs";

const workspaces = ["packages", "examples"];
const folder = mkdtempSync(join(tmpdir(), "gatehouse-lint-"));
process.once("exit", () => rmSync(folder, { recursive: true, force: true }));

for (const path of [".gitignore", "biome.json", "scripts/lint"])
  cpSync(join(root, path), join(folder, path), { recursive: true });
// The rules depend on the path of a file, so the fixtures are copied to the paths of real sources.
cpSync(join(root, "scripts/lint/fixtures"), folder, { recursive: true });
const tooLong = "packages/server/src/http/too-long.ts";
const lines = Array.from({ length: 301 }, (_, index) => `export const line${index} = ${index};\n`);
writeFileSync(join(folder, tooLong), lines.join(""));

const expected = new Set([`${tooLong}:1 noExcessiveLinesPerFile`, ...readExpectations()]);
const boundaries = findRefusedImports(folder).map(({ file, line }) => `${file}:${line} boundary`);
const reported = new Set([...(await runBiome()), ...boundaries]);
const missing = [...expected].filter((line) => !reported.has(line));
const unexpected = [...reported].filter((line) => !expected.has(line));
for (const line of missing) console.error(`not reported: ${line}`);
for (const line of unexpected) console.error(`reported unexpectedly: ${line}`);
console.log(
  `${expected.size} violations, ${missing.length} not reported, ${unexpected.length} reported unexpectedly`,
);
if (missing.length + unexpected.length > 0) process.exitCode = 1;

/** @returns {string[]} `path:line rule` for each comment in the fixtures */
function readExpectations() {
  return workspaces
    .flatMap((within) =>
      readdirSync(join(folder, within), { recursive: true, encoding: "utf8" }).map(
        (file) => `${within}/${file.replaceAll("\\", "/")}`,
      ),
    )
    .filter((path) => path.endsWith(".ts"))
    .flatMap((path) => {
      return readFileSync(join(folder, path), "utf8")
        .split("\n")
        .flatMap((line, index) => {
          const marks = / \/\/ refused: (.+)$/.exec(line)?.[1]?.split(", ") ?? [];
          return marks.map((rule) => `${path}:${index + 1} ${rule}`);
        });
    });
}

/** @returns {Promise<Set<string>>} the same for what Biome reports */
async function runBiome() {
  const biome = join(root, "node_modules/@biomejs/biome/bin/biome");
  const args = [biome, "lint", "--reporter=json", "--max-diagnostics=none", ...workspaces];
  const { stdout } = await runNodeCaptured(process.execPath, args, { cwd: folder });
  /** @type {{ diagnostics: { category: string, location: { path: string, start?: { line: number } } }[] }} */
  const report = JSON.parse(stdout);
  return new Set(
    report.diagnostics.map(({ category, location }) => {
      return `${location.path}:${location.start?.line || 1} ${category.split("/").at(-1)}`;
    }),
  );
}
