/**
 * Bundles the modules of the server for its package: they start with two thirds of the processor time and use 20 MB less than
 * several hundred files. Dependencies stay outside, so that an update of one of them takes effect and scanners find them.
 */
import { readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { root } from "../launcher/paths.mjs";
import { loadBundler } from "./bundler.mjs";

const source = join(root, "packages", "server", "src");

/** Modules that are started by path: the program, the thread of the embedded database, and what the build runs. */
const entries = ["main", "db/embedded/thread", "cli/write-prepared-database"];

/**
 * Writes the modules of the package. Those of `entries` keep their paths; the others are in the root of the folder.
 * @param {string} folder
 */
export async function bundleServer(folder) {
  const { build } = await loadBundler();
  await build({
    input: Object.fromEntries(entries.map((name) => [name, join(source, `${name}.ts`)])),
    platform: "node",
    external: listDependencies(),
    resolve: { conditionNames: ["gatehouse-source", "node"] },
    plugins: [{ name: "paths-of-modules", transform: keepPaths }],
    output: {
      dir: folder,
      format: "esm",
      entryFileNames: "[name].js",
      chunkFileNames: "[name]-[hash].js",
    },
    logLevel: "silent",
  });
}

/** The declared dependencies, with their parts. Gatehouse's packages are bundled: they have the version of the server. */
function listDependencies() {
  /** @type {{ dependencies: Readonly<Record<string, string>> }} */
  const { dependencies } = JSON.parse(readFileSync(join(source, "..", "package.json"), "utf8"));
  const names = Object.keys(dependencies).filter((name) => !name.startsWith("@gatehouse/"));
  return names.map((name) => new RegExp(`^${name}(?:/|$)`));
}

/**
 * Modules find files beside them by `import.meta.url`: it keeps its path below the folder.
 * @param {string} code
 * @param {string} file
 */
function keepPaths(code, file) {
  const path = relative(source, file).split(sep).join("/").replace(/\.ts$/, ".js");
  if (path.startsWith("../") || !path.includes("/")) return null;
  return code.replaceAll("import.meta.url", `new URL(${JSON.stringify(`./${path}`)}, import.meta.url).href`);
}
