import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { lingui } from "@lingui/vite-plugin";
import react from "@vitejs/plugin-react";
import { defaultClientConditions, defineConfig, type Plugin } from "vite";

const foreignStrings =
  /react-(?:aria|stately|aria-components)\/.*\/intl\/.*\/(?!en-US|tr-TR)[a-z]{2}-[A-Z]{2}\.mjs$/;

/** React Aria carries its own few words in 34 languages; the panel speaks two, so the others become empty. */
function onlyOurLanguages(): Plugin {
  return {
    name: "gatehouse:only-our-languages",
    enforce: "pre",
    load: { filter: { id: foreignStrings }, handler: () => "export default {};" },
  };
}

/** Writes each text compressed beside it, once and as small as it gets: the server sends what the browser takes. */
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

/** Where the API answers while the panel is served by Vite. */
const api = "http://127.0.0.1:3000";

/** How packages are resolved where unit tests run. */
const nodeConditions = ["gatehouse-source", "node", "import", "module", "default"];

/** A shared piece is named after every page that needs it; the first word will do. */
function shortName(name = "asset"): string {
  return name.replace(/(?:~.*|\.\w+)$/, "");
}

/** Class names of two or three letters: they stand in the scripts and in the styles of every page. */
function shortClassName(): (name: string, file: string) => string {
  const names = new Map<string, string>();
  return (name, file) => {
    const key = `${file} ${name}`;
    const short = names.get(key) ?? `c${names.size.toString(36)}`;
    names.set(key, short);
    return short;
  };
}

export default defineConfig({
  plugins: [
    onlyOurLanguages(),
    lingui({ cwd: import.meta.dirname, macroTransform: true, failOnMissing: true, failOnCompileError: true }),
    react(),
    precompressed(),
  ],
  resolve: { conditions: ["gatehouse-source", ...defaultClientConditions] },
  ssr: { resolve: { conditions: nodeConditions, externalConditions: nodeConditions } },
  css: { modules: { generateScopedName: shortClassName() } },
  build: {
    outDir: "dist",
    emptyOutDir: true,
    // Read by scripts/testing/check-sizes.mjs: which pieces a page is made of.
    manifest: true,
    target: "es2023",
    modulePreload: { polyfill: false },
    // One style sheet for all pages compresses to less than the pieces that most pages need of it.
    cssCodeSplit: false,
    assetsInlineLimit: 0,
    // Few files for a first visit: what starts the page, and what several pages share, in pieces of some size.
    rolldownOptions: {
      output: {
        chunkFileNames: ({ name }) => `assets/${shortName(name)}-[hash].js`,
        assetFileNames: ({ names }) => `assets/${shortName(names[0])}-[hash][extname]`,
        codeSplitting: {
          groups: [
            { name: "base", tags: ["$initial"] },
            { name: "shared", minShareCount: 2, entriesAware: true, entriesAwareMergeThreshold: 3000 },
          ],
        },
      },
    },
  },
  // The API accepts unsafe requests from its own origin only, so the proxy speaks for it.
  server: { host: "127.0.0.1", proxy: { "/api": { target: api, headers: { origin: api } } } },
});
