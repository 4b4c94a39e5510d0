/**
 * Proves that the rules of biome.json still bite. A boundary that stopped working looks exactly like a boundary that
 * everybody keeps, so the fixtures break each of them: every line marked `refused: rule` must be refused by that rule,
 * and no other line by any.
 */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { captureNode } from "../launcher/capture.mjs";
import { root } from "../launcher/paths.mjs";

const workspaces = ["packages", "examples"];
const folder = mkdtempSync(join(tmpdir(), "gatehouse-lint-"));
process.once("exit", () => rmSync(folder, { recursive: true, force: true }));

for (const path of [".gitignore", "biome.json", "scripts/lint"])
  cpSync(join(root, path), join(folder, path), { recursive: true });
// The rules are bound to places in the tree, so the fixtures have to lie where real sources would.
cpSync(join(root, "scripts/lint/fixtures"), folder, { recursive: true });
const tooLong = "packages/server/src/http/too-long.ts";
const lines = Array.from({ length: 301 }, (_, index) => `export const line${index} = ${index};\n`);
writeFileSync(join(folder, tooLong), lines.join(""));

const expected = new Set([`${tooLong}:1 noExcessiveLinesPerFile`, ...expectations()]);
const refused = await refusals();
const missing = [...expected].filter((line) => !refused.has(line));
const surplus = [...refused].filter((line) => !expected.has(line));
for (const line of missing) console.error(`should be refused, but is not: ${line}`);
for (const line of surplus) console.error(`should be allowed, but is refused: ${line}`);
console.log(
  `${expected.size} forbidden things, ${missing.length} not refused, ${surplus.length} refused wrongly`,
);
if (missing.length + surplus.length > 0) process.exitCode = 1;

/** @returns {string[]} `path:line rule` for each mark in the fixtures */
function expectations() {
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

/** @returns {Promise<Set<string>>} the same for what biome refuses */
async function refusals() {
  const biome = join(root, "node_modules/@biomejs/biome/bin/biome");
  const args = [biome, "lint", "--reporter=json", "--max-diagnostics=none", ...workspaces];
  const { stdout } = await captureNode(process.execPath, args, { cwd: folder });
  /** @type {{ diagnostics: { category: string, location: { path: string, start?: { line: number } } }[] }} */
  const report = JSON.parse(stdout);
  return new Set(
    report.diagnostics.map(({ category, location }) => {
      return `${location.path}:${location.start?.line || 1} ${category.split("/").at(-1)}`;
    }),
  );
}
