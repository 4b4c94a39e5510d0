import { globSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { lingui } from "@lingui/vite-plugin";
import react from "@vitejs/plugin-react";
import { defaultClientConditions, defineConfig, type Plugin } from "vite";

const unusedLocales =
  /react-(?:aria|stately|aria-components)\/.*\/intl\/.*\/(?!en-US|tr-TR)[a-z]{2}-[A-Z]{2}\.mjs$/;

/** React Aria ships strings in 34 languages; those of languages that the panel doesn't support become empty. */
function onlySupportedLanguages(): Plugin {
  return {
    name: "gatehouse:only-supported-languages",
    enforce: "pre",
    load: { filter: { id: unusedLocales }, handler: () => "export default {};" },
  };
}

/** Replaces Vite's: that one is six times as large, because it also loads styles, and its addresses begin at the root of the host. */
const preloadHelper = `
const preloaded = new Set();
export const __vitePreload = (load, files = []) => {
  for (const file of files) {
    if (preloaded.has(file)) continue;
    preloaded.add(file);
    const link = document.createElement("link");
    link.rel = "modulepreload";
    link.href = (document.documentElement.dataset.base ?? "") + "/" + file;
    document.head.append(link);
  }
  return load();
};`;

/**
 * One build for every path of PUBLIC_URL. The server adds the path to the page's own addresses; scripts add it to those of files that
 * they preload, and the style sheet names fonts relative to itself.
 */
function worksBelowAnyPath(): Plugin {
  return {
    name: "gatehouse:works-below-any-path",
    apply: "build",
    enforce: "pre",
    load: { filter: { id: /^\0vite\/preload-helper\.js$/ }, handler: () => preloadHelper },
    generateBundle: {
      order: "post", // after the style sheet was added
      handler: (_, bundle) => {
        for (const file of Object.values(bundle))
          if (file.type === "asset" && file.fileName.endsWith(".css"))
            file.source = String(file.source).replaceAll("url(/assets/", "url(");
      },
    },
  };
}

/** Writes Brotli and gzip files next to each text file, for the server's content negotiation. */
function precompressed(): Plugin {
  return {
    name: "gatehouse:precompressed",
    apply: "build",
    writeBundle({ dir = "dist" }, bundle) {
      for (const name of Object.keys(bundle).filter((file) => /\.(?:js|css|html)$/.test(file))) {
        const text = readFileSync(join(dir, name));
        writeFileSync(join(dir, `${name}.br`), brotliCompressSync(text));
        writeFileSync(join(dir, `${name}.gz`), gzipSync(text, { level: 9 }));
      }
    },
  };
}

/** The API server in development. */
const api = "http://127.0.0.1:3000";
/** Component tests use `localhost`: browsers have no passkeys at an IP address. */
// biome-ignore lint/style/noProcessEnv: only the test runner sets it
const host = process.env["VITEST"] === undefined ? "127.0.0.1" : "localhost";

/** Resolve conditions of unit tests. */
const nodeConditions = ["gatehouse-source", "node", "import", "module", "default"];

/** Shortens names of shared chunks, which contain every page that uses them. */
function shortName(name = "asset"): string {
  return name.replace(/(?:~.*|\.\w+)$/, "");
}

/**
 * Short class names, because they are repeated in scripts and styles. They are numbered in the order of the style sheets, so that
 * each build has the same names and the same size.
 */
function shortClassName(): (name: string, file: string) => string {
  const names = new Map<string, string>();
  const shorten = (name: string, file: string): string => {
    const key = `${file} ${name}`;
    const short = names.get(key) ?? `c${names.size.toString(36)}`;
    names.set(key, short);
    return short;
  };
  // Before any style sheet is loaded, because they load in another order each time.
  for (const path of globSync("src/**/*.module.css", { cwd: import.meta.dirname }).sort()) {
    const file = join(import.meta.dirname, path);
    for (const [, name = ""] of readFileSync(file, "utf8").matchAll(/\.([a-z][\w-]*)/gi)) shorten(name, file);
  }
  return shorten;
}

export default defineConfig({
  plugins: [
    onlySupportedLanguages(),
    lingui({ cwd: import.meta.dirname, macroTransform: true, failOnMissing: true, failOnCompileError: true }),
    react(),
    worksBelowAnyPath(),
    precompressed(),
  ],
  resolve: { conditions: ["gatehouse-source", ...defaultClientConditions] },
  ssr: { resolve: { conditions: nodeConditions, externalConditions: nodeConditions } },
  // React Aria renders whole lists in tests unless this variable is set.
  define: { "process.env.VIRT_ON": JSON.stringify("on") },
  css: { modules: { generateScopedName: shortClassName() } },
  build: {
    outDir: "dist",
    emptyOutDir: true,
    // Read by scripts/testing/check-sizes.mjs.
    manifest: true,
    target: "es2023",
    // The browsers that README.md lists. For older ones, every colour would be written three times.
    cssTarget: ["chrome123", "edge123", "firefox121", "safari17.5"],
    modulePreload: { polyfill: false },
    // One style sheet compresses better than one for each page.
    cssCodeSplit: false,
    assetsInlineLimit: 0,
    // Few requests for a first visit: one initial chunk, and shared chunks of a minimum size.
    rolldownOptions: {
      output: {
        chunkFileNames: ({ name }) => `assets/${shortName(name)}-[hash].js`,
        assetFileNames: ({ names }) => `assets/${shortName(names[0])}-[hash][extname]`,
        codeSplitting: {
          groups: [
            { name: "base", tags: ["$initial"] },
            { name: "shared", minShareCount: 2, entriesAware: true, entriesAwareMergeThreshold: 1000 },
          ],
        },
      },
    },
  },
  // The API accepts unsafe methods only from its own origin, so the proxy sets it.
  server: { host, proxy: { "/api": { target: api, headers: { origin: api } } } },
});
