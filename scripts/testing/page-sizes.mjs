/** How much a cold visit of each page loads, from Vite's manifest and the routes' sources. */
import { globSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { gzipSync } from "node:zlib";
import { root } from "../launcher/paths.mjs";

/**
 * @typedef {{ file: string, imports?: string[], css?: string[] }} Piece
 * @typedef {Record<string, Piece>} Manifest
 * @typedef {{ path: string, isInShell: boolean, modules: string[], catalogues: string[] }} Route
 * @typedef {{ path: string, isInShell: boolean, scripts: Set<string>, styles: Set<string> }} Page
 */

const panel = join(root, "packages", "panel");
/** What every page behind sign-in loads before its own. */
const shell = ["enter.ts", "query-client.ts"]
  .map((name) => `src/app/session/${name}`)
  .concat("src/app/shell/shell-frame.tsx");

/**
 * The panel's routes, read from their sources: where they are, what they import lazily, which messages they await.
 * @returns {Route[]}
 */
export function readRoutes() {
  const files = globSync(["src/pages/**/route.ts", "src/app/router.ts"], { cwd: panel });
  return files.flatMap((file) => routesIn(readFileSync(join(panel, file), "utf8"), dirname(file)));
}

/**
 * @param {string} source
 * @param {string} folder of the source, from the panel's root
 * @returns {Route[]}
 */
export function routesIn(source, folder) {
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
 * The files of a page, with the messages of the language that needs more.
 * @param {Manifest} manifest
 * @param {Route} route
 * @returns {Page}
 */
export function filesOf(manifest, { path, isInShell, modules, catalogues }) {
  const messages = ["shell", ...catalogues].map((name) => `src/messages/tr/${name}.po`);
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
    const piece = manifest[key];
    if (piece === undefined) throw new Error(`${path} loads ${key}, which the build doesn't know.`);
    page.scripts.add(piece.file);
    for (const style of piece.css ?? []) page.styles.add(style);
    for (const other of piece.imports ?? []) visit(other);
  };
  for (const key of ["index.html", ...messages, ...(isInShell ? shell : []), ...modules]) visit(key);
  return page;
}

/**
 * The build's manifest, with the page itself as `index.html`: what its HTML names is spread over groups of chunks.
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
 * What all pages behind sign-in have in common.
 * @param {readonly Page[]} pages
 */
export function sharedScripts(pages) {
  const [first, ...rest] = pages.filter(({ isInShell }) => isInShell);
  return [...(first?.scripts ?? [])].filter((file) => rest.every(({ scripts }) => scripts.has(file)));
}
