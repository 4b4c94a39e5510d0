/** The bundler of the panel's build, for what isn't a page. */
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "../launcher/paths.mjs";

/**
 * Loads rolldown, a dependency of Vite.
 * @returns {Promise<{ build: (options: object) => Promise<{ output: { code?: string }[] }> }>}
 */
export async function loadBundler() {
  const vite = createRequire(join(root, "packages", "panel", "package.json")).resolve("vite");
  return import(pathToFileURL(createRequire(vite).resolve("rolldown")).href);
}
