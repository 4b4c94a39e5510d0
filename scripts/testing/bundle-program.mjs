/**
 * Bundles the server's command line for tests that start it. Node would resolve, read and strip the types of about 700 files for each
 * start; from the bundle a program starts with less than half the processor time. It is built once for each state of the sources.
 */
import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname, join, sep } from "node:path";
import { pathToFileURL } from "node:url";
import { fingerprint } from "../launcher/fingerprint.mjs";
import { cacheFolder, root, serverEntry } from "../launcher/paths.mjs";
import { loadBundler } from "../packing/bundler.mjs";

const bundles = join(cacheFolder, "program");
const dayMs = 24 * 60 * 60 * 1000;

/** Packages with native parts or WebAssembly, which they look for beside their modules; and an optional one that is missing. */
const external = [/^@electric-sql\/pglite/, /^@node-rs\//, "pg-native"];

/**
 * Bundles `packages/server/src/main.ts` with everything that it imports, unless there is a bundle of these sources.
 * @returns {Promise<string>} the module to start
 */
export async function bundleProgram() {
  const folder = join(bundles, hashSources());
  if (!existsSync(folder)) await build(folder);
  return join(folder, "main.mjs");
}

function hashSources() {
  const packages = ["access", "sdk", "cli", "server"].map((name) => `packages/${name}/src`);
  const entries = [...packages, "package-lock.json", "scripts/testing/bundle-program.mjs"];
  return fingerprint(root, entries, { skip: (path) => /\.test\.tsx?$/.test(path) }).slice(0, 16);
}

/**
 * Processes that build the same bundle at the same time don't wait for each other: one of them moves its files to `folder`.
 * @param {string} folder
 */
async function build(folder) {
  removeOld();
  const unfinished = `${folder}.${randomUUID()}`;
  const { build: bundle } = await loadBundler();
  await bundle({
    input: { main: serverEntry },
    platform: "node",
    external,
    resolve: { conditionNames: ["gatehouse-source", "node"] },
    plugins: [{ name: "paths-of-sources", transform: insertPaths }],
    output: {
      dir: unfinished,
      format: "esm",
      entryFileNames: "[name].mjs",
      chunkFileNames: "[name]-[hash].mjs",
    },
    logLevel: "silent",
  });
  try {
    renameSync(unfinished, folder);
  } catch (error) {
    rmSync(unfinished, { recursive: true });
    if (!existsSync(folder)) throw error;
  }
}

/** A test that still runs may use a bundle of earlier sources. */
function removeOld() {
  mkdirSync(bundles, { recursive: true });
  for (const name of readdirSync(bundles)) {
    const path = join(bundles, name);
    if (Date.now() - statSync(path).mtimeMs > dayMs) rmSync(path, { recursive: true, force: true });
  }
}

/**
 * Modules find files beside them, such as migrations, as in the sources.
 * @param {string} code
 * @param {string} file
 */
function insertPaths(code, file) {
  if (file.includes(`${sep}node_modules${sep}`))
    return code
      .replace(/\b__dirname\b/g, JSON.stringify(dirname(file)))
      .replace(/\b__filename\b/g, JSON.stringify(file));
  return code
    .replaceAll("import.meta.url", JSON.stringify(pathToFileURL(file).href))
    .replaceAll("import.meta.filename", JSON.stringify(file))
    .replaceAll("import.meta.dirname", JSON.stringify(dirname(file)));
}
