/**
 * `prepack` and `postpack` of the published packages. The manifest in the repository has the condition `gatehouse-source`, under
 * which the packages resolve to their sources. A tarball has no sources, so its manifest must not have the condition:
 * `published-manifest.mjs prepack` compiles the package and replaces package.json, `postpack` restores it.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";

/** Milliseconds after which a kept manifest belongs to a process that was killed. */
const abandonedAfterMs = 60_000;
const condition = "gatehouse-source";

/**
 * The manifest of the tarball: without the condition of the sources and without what only the repository needs.
 * @param {string} text the repository's package.json
 * @returns {string}
 */
export function toPublishedManifest(text) {
  const omitted = new Set(["scripts", "devDependencies", condition]);
  /** @param {string} key @param {unknown} value */
  const omit = (key, value) => (omitted.has(key) ? undefined : value);
  return `${JSON.stringify(JSON.parse(text, omit), null, 2)}\n`;
}

/** @param {string} folder of the package */
async function prepack(folder) {
  const manifest = join(folder, "package.json");
  const kept = join(folder, ".cache", "package.json");
  while (existsSync(kept) && Date.now() - statSync(kept).mtimeMs < abandonedAfterMs) await sleep(100);
  if (existsSync(kept)) renameSync(kept, manifest);
  compile(folder);
  const text = readFileSync(manifest, "utf8");
  mkdirSync(join(folder, ".cache"), { recursive: true });
  writeFileSync(kept, text);
  replaceFile(manifest, toPublishedManifest(text));
}

/** @param {string} folder of the package */
function compile(folder) {
  rmSync(join(folder, "dist"), { recursive: true, force: true });
  const compiler = join(import.meta.dirname, "..", "..", "node_modules", "typescript", "bin", "tsc");
  const { dependencies = {} } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const own = Object.keys(dependencies).flatMap((name) => /^@gatehouse\/(.+)$/.exec(name)?.[1] ?? []);
  for (const project of [...own.map((name) => join(folder, "..", name)), folder])
    execFileSync(process.execPath, [compiler, "-p", join(project, "tsconfig.build.json")], {
      stdio: "inherit",
    });
}

/** @param {string} folder of the package */
function postpack(folder) {
  renameSync(join(folder, ".cache", "package.json"), join(folder, "package.json"));
}

/**
 * Other processes see the whole old or the whole new file.
 * @param {string} file
 * @param {string} text
 */
function replaceFile(file, text) {
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  if (process.argv[2] === "prepack") await prepack(process.cwd());
  else postpack(process.cwd());
}
