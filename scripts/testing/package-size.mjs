/** How much a published package adds to whoever bundles all of it. */
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { root } from "../launcher/paths.mjs";

/**
 * Bundles a module with everything that it imports, and answers its size in bytes, minified and compressed.
 * @param {string} entry path of the module, from the root
 * @returns {Promise<number>}
 */
export async function sizeOfPackage(entry) {
  // The bundler of the panel's own build: what a panel that uses the package would do.
  const vite = createRequire(join(root, "packages", "panel", "package.json")).resolve("vite");
  const { build } = await import(pathToFileURL(createRequire(vite).resolve("rolldown")).href);
  const { output } = await build({
    input: join(root, entry),
    platform: "neutral",
    resolve: { conditionNames: ["gatehouse-source", "import"] },
    output: { minify: true, format: "esm" },
    write: false,
  });
  const pieces = /** @type {{ code?: string }[]} */ (output);
  return pieces.reduce((sum, { code = "" }) => sum + gzipSync(code, { level: 9 }).length, 0);
}
