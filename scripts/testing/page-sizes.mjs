/** The files that the first visit of each page loads, from Vite's manifest and the routes' sources. */
import { globSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { gzipSync } from "node:zlib";
import { root } from "../launcher/paths.mjs";

/**
 * @typedef {{ file: string, imports?: string[], css?: string[] }} Chunk
 * @typedef {Record<string, Chunk>} Manifest
 * @typedef {{ path: string, isInShell: boolean, modules: string[], catalogues: string[] }} Route
 * @typedef {{ path: string, isInShell: boolean, scripts: Set<string>, styles: Set<string> }} Page
 */

const panel = join(root, "packages", "panel");
/** What every page behind sign-in loads before its own. */
const shell = ["src/app/load-shell.ts", "src/lib/api/query-client.ts", "src/app/shell/shell-frame.tsx"];

/**
 * The panel's routes, read from their sources: path, lazily imported modules, message catalogues.
 * @returns {Route[]}
 */
export function readRoutes() {
  const files = globSync(["src/features/**/route.ts", "src/app/router.ts"], { cwd: panel });
  return files.flatMap((file) => parseRoutes(readFileSync(join(panel, file), "utf8"), dirname(file)));
}

/**
 * @param {string} source
 * @param {string} folder of the source, from the panel's root
 * @returns {Route[]}
 */
export function parseRoutes(source, folder) {
  return source
    .split(/\bcreateRoute\(/)
    .slice(1)
    .flatMap((text) => {
      const path = /\bpath: "([^"]+)"/.exec(text)?.[1];
      if (path === undefined) return [];
      const imports = [...text.matchAll(/\bimport\("([^"]+)"\)/g)].map(([, name = ""]) => name);
      return {
        path,
        isInShell: /getParentRoute: \(\) => shellRoute/.test(text),
        modules: imports.map((name) => relative(panel, resolve(panel, folder, name))),
        catalogues: [...text.matchAll(/\bneed\("([^"]+)"\)/g)].map(([, name = ""]) => name),
      };
    });
}

/**
 * The files of a page, with the messages in Turkish, which are larger.
 * @param {Manifest} manifest
 * @param {Route} route
 * @returns {Page}
 */
export function listPageFiles(manifest, { path, isInShell, modules, catalogues }) {
  const messages = ["shell", ...(isInShell ? ["navigation"] : []), ...catalogues].map(
    (name) => `src/messages/tr/${name}.po`,
  );
  const page = {
    path,
    isInShell,
    scripts: /** @type {Set<string>} */ (new Set()),
    styles: /** @type {Set<string>} */ (new Set()),
  };
  const visited = new Set();
  const visit = (/** @type {string} */ key) => {
    if (visited.has(key)) return;
    visited.add(key);
    const chunk = manifest[key];
    if (chunk === undefined) throw new Error(`${path} loads ${key}, which is not in the build's manifest.`);
    page.scripts.add(chunk.file);
    for (const style of chunk.css ?? []) page.styles.add(style);
    for (const other of chunk.imports ?? []) visit(other);
  };
  for (const key of ["index.html", ...messages, ...(isInShell ? shell : []), ...modules]) visit(key);
  return page;
}

/**
 * The build's manifest, with an entry `index.html` for the scripts and styles in the HTML.
 * @returns {Manifest}
 */
export function readManifest() {
  /** @type {Manifest} */
  const manifest = JSON.parse(readFileSync(join(panel, "dist", ".vite", "manifest.json"), "utf8"));
  const html = readFileSync(join(panel, "dist", "index.html"), "utf8");
  const named = [...html.matchAll(/(?:src|href)="\/([^"]+\.js)"/g)].map(([, file = ""]) => file);
  const imports = Object.keys(manifest).filter((key) => named.includes(manifest[key]?.file ?? ""));
  const css = [...html.matchAll(/href="\/([^"]+\.css)"/g)].map(([, file = ""]) => file);
  return { ...manifest, "index.html": { file: "theme.js", imports, css } };
}

/** @param {Iterable<string>} files from the build's folder */
export function gzipped(files) {
  let bytes = 0;
  for (const file of files)
    bytes += gzipSync(readFileSync(join(panel, "dist", file)), { level: 9 }).byteLength;
  return bytes;
}

/**
 * The scripts that all pages behind sign-in load.
 * @param {readonly Page[]} pages
 */
export function sharedScripts(pages) {
  const [first, ...rest] = pages.filter(({ isInShell }) => isInShell);
  return [...(first?.scripts ?? [])].filter((file) => rest.every(({ scripts }) => scripts.has(file)));
}
