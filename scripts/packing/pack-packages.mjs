/** Packs the published packages as `npm publish` does, and installs them into other projects, for tests. */
import { cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { withFileLock } from "../launcher/file-lock.mjs";
import { fingerprint } from "../launcher/fingerprint.mjs";
import { cacheFolder, root } from "../launcher/paths.mjs";
import { runNpm } from "./run-npm.mjs";
import { publishedPackages, stagePackage } from "./stage-package.mjs";

const keptPackages = join(cacheFolder, "packages");

/**
 * Copies the tarballs of the published packages and of their dependencies into an empty folder.
 * @param {string} folder
 * @returns {Promise<void>}
 */
export async function packPackages(folder) {
  await withPackages((kept) => cpSync(join(kept, "tarballs"), folder, { recursive: true }));
}

/**
 * Gives a project the `node_modules` of `npm install @gatehouse/sdk @gatehouse/access`, from the tarballs and without a registry.
 * @param {string} project
 * @returns {Promise<void>}
 */
export async function installPackedPackages(project) {
  await withPackages((kept) =>
    cpSync(join(kept, "node_modules"), join(project, "node_modules"), { recursive: true }),
  );
}

/**
 * Packs and installs once for each state of the sources.
 * @param {(kept: string) => void} use
 */
async function withPackages(use) {
  const folders = publishedPackages.map((name) => `packages/${name}`);
  const sources = [...folders, "scripts/packing", "package-lock.json"];
  const key = fingerprint(root, sources, {
    skip: (path) => /\/(?:node_modules|dist|test|\.cache)$/.test(path),
  });
  await withFileLock(`${keptPackages}.lock`, async () => {
    const kept = join(keptPackages, key);
    if (!existsSync(kept)) pack(kept);
    use(kept);
  });
}

/** @param {string} kept */
function pack(kept) {
  const unfinished = `${keptPackages}.unfinished`;
  for (const folder of [keptPackages, unfinished]) rmSync(folder, { recursive: true, force: true });
  const tarballs = join(unfinished, "tarballs");
  mkdirSync(tarballs, { recursive: true });
  const staged = publishedPackages.map((name) => join(unfinished, "staged", name));
  for (const [at, name] of publishedPackages.entries()) stagePackage(name, staged[at] ?? "");
  for (const folder of [...staged, join(root, "node_modules", "zod")])
    runNpm(folder, "pack", "--pack-destination", tarballs);
  const files = readdirSync(tarballs).map((name) => join(tarballs, name));
  writeFileSync(join(unfinished, "package.json"), JSON.stringify({ name: "empty", private: true }));
  runNpm(unfinished, "install", "--offline", "--no-audit", "--no-fund", ...files);
  mkdirSync(keptPackages);
  renameSync(unfinished, kept);
}
