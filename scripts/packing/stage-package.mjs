/**
 * Prepares a published package for `npm pack` and `npm publish`, in a separate folder: compiled modules, README, license and a
 * manifest. The manifest of the repository has the condition `gatehouse-source`, under which the packages resolve to their
 * sources; the published one doesn't, because a tarball has no sources.
 */
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../launcher/paths.mjs";
import { runNpm } from "./run-npm.mjs";

/** Folders of the published libraries, in `packages/`; each after those that it depends on. */
export const publishedPackages = Object.freeze(["access", "sdk", "cli"]);

/** Published file of the server that the built program makes itself. */
export const preparedDatabase = "database.tar.zst";

/**
 * Compiles the package and copies what is published.
 * @param {string} name folder in `packages/`
 * @param {string} target is replaced
 */
export function stagePackage(name, target) {
  const source = join(root, "packages", name);
  rmSync(join(source, "dist"), { recursive: true, force: true });
  runNpm(source, "run", "prepack");
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  const text = readFileSync(join(source, "package.json"), "utf8");
  writeFileSync(join(target, "package.json"), toPublishedManifest(text));
  for (const file of ["README.md", "LICENSE"]) cpSync(join(source, file), join(target, file));
  /** @type {{ files: string[] }} */
  const { files } = JSON.parse(text);
  for (const file of files.filter((one) => one !== preparedDatabase))
    cpSync(join(root, outsideFiles[`${name}/${file}`] ?? join("packages", name, file)), join(target, file), {
      recursive: true,
    });
  if (name === "server") copyAssets(join(source, "src"), join(target, "dist"));
}

/**
 * Published files that are elsewhere in the repository.
 * @type {Readonly<Record<string, string>>}
 */
const outsideFiles = {
  "server/panel": "packages/panel/dist",
  "server/docs/en": "docs/en",
  "server/docs/tr": "docs/tr",
};

/**
 * Copies what modules read from their own folder: the compiler leaves it out.
 * @param {string} source
 * @param {string} target
 */
function copyAssets(source, target) {
  cpSync(source, target, { recursive: true, filter: (file) => !/\.ts$/.test(file) });
}

/**
 * Without the condition of the sources, and without what only the repository needs.
 * @param {string} text
 * @returns {string}
 */
function toPublishedManifest(text) {
  const omitted = new Set(["scripts", "devDependencies", "gatehouse-source"]);
  /** @param {string} key @param {unknown} value */
  const omit = (key, value) => (omitted.has(key) ? undefined : value);
  return `${JSON.stringify(JSON.parse(text, omit), null, 2)}\n`;
}
