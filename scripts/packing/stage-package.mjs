/**
 * Prepares a published package for `npm pack` and `npm publish`, in a separate folder: compiled modules, README, license and a
 * manifest. The manifest of the repository has the condition `gatehouse-source`, under which the packages resolve to their
 * sources; the published one doesn't, because a tarball has no sources.
 */
import { chmodSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../launcher/paths.mjs";
import { bundleServer } from "./bundle-server.mjs";
import { runNpm } from "./run-npm.mjs";

/** Folders of the published libraries, in `packages/`; each after those that it depends on. */
export const publishedPackages = Object.freeze(["access", "sdk", "cli"]);

/** Published file of the server that the built program makes itself. */
export const preparedDatabase = "database.tar.zst";

/**
 * Compiles a library and copies what is published.
 * @param {string} name one of `publishedPackages`
 * @param {string} target is replaced
 */
export function stagePackage(name, target) {
  const source = join(root, "packages", name);
  rmSync(join(source, "dist"), { recursive: true, force: true });
  runNpm(source, "run", "prepack");
  copyPublished(name, target, []);
}

/**
 * Bundles the server and copies what is published.
 * @param {string} target is replaced
 */
export async function stageServer(target) {
  copyPublished("server", target, ["dist", preparedDatabase]);
  await bundleServer(join(target, "dist"));
  chmodSync(join(target, "dist", "main.js"), 0o755);
  copyAssets(join(root, "packages", "server", "src"), join(target, "dist"));
}

/**
 * @param {string} name
 * @param {string} target
 * @param {readonly string[]} made published files that the build makes in `target` itself
 */
function copyPublished(name, target, made) {
  const source = join(root, "packages", name);
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  const text = readFileSync(join(source, "package.json"), "utf8");
  writeFileSync(join(target, "package.json"), toPublishedManifest(text));
  for (const file of ["README.md", "LICENSE"]) cpSync(join(source, file), join(target, file));
  /** @type {{ files: string[] }} */
  const { files } = JSON.parse(text);
  for (const file of files.filter((one) => !made.includes(one)))
    cpSync(join(root, outsideFiles[`${name}/${file}`] ?? join("packages", name, file)), join(target, file), {
      recursive: true,
    });
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
  cpSync(source, target, { recursive: true, filter: (file) => !/\.ts$|\/fixtures$/.test(file) });
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
