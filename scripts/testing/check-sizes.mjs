/**
 * Prints how much a first visit of each page and each published package loads, and fails when a budget is exceeded. In kB
 * (1,000 bytes), compressed with gzip.
 */
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { root } from "../launcher/paths.mjs";
import { loadBundler } from "../packing/bundler.mjs";
import { gzipped, listPageFiles, readManifest, readRoutes, sharedScripts } from "./page-sizes.mjs";

const budgets = { users: 210, signIn: 120, beyondShared: 40, styles: 15 };
const packages = [
  { name: "@gatehouse/access", entry: "packages/access/src/index.ts", budget: 3 },
  { name: "@gatehouse/sdk", entry: "packages/sdk/src/index.ts", budget: 14.5 },
];

const manifest = readManifest();
const pages = readRoutes().map((route) => listPageFiles(manifest, route));
if (!pages.some(({ path }) => path === "/users") || !pages.some(({ path }) => path === "/sign-in"))
  throw new Error("The routes of /users and /sign-in were not found: has the shape of route.ts changed?");
const shared = gzipped(sharedScripts(pages)) / 1000;

console.log(`shared by all pages behind sign-in: ${shared.toFixed(1)} kB\n`);
console.log(
  `${"page".padEnd(28)}${"JS".padStart(8)}${"budget".padStart(8)}${"CSS".padStart(8)}${"budget".padStart(8)}`,
);
for (const page of pages.toSorted((a, b) => a.path.localeCompare(b.path))) {
  const scripts = gzipped(page.scripts) / 1000;
  const styles = gzipped(page.styles) / 1000;
  const budget = getBudget(page);
  const isTooMuch = scripts > budget || styles > budgets.styles;
  if (isTooMuch) process.exitCode = 1;
  console.log(
    page.path.padEnd(28) +
      scripts.toFixed(1).padStart(8) +
      budget.toFixed(1).padStart(8) +
      styles.toFixed(1).padStart(8) +
      String(budgets.styles).padStart(8) +
      (isTooMuch ? "  too much" : ""),
  );
}
console.log(`\n${"package, minified".padEnd(28)}${"JS".padStart(8)}${"budget".padStart(8)}`);
for (const { name, entry, budget } of packages) {
  const size = (await measurePackage(entry)) / 1000;
  if (size > budget) process.exitCode = 1;
  console.log(
    name.padEnd(28) +
      size.toFixed(2).padStart(8) +
      budget.toFixed(1).padStart(8) +
      (size > budget ? "  too much" : ""),
  );
}
if (process.exitCode === 1)
  console.error("\nLoad what the first paint doesn't need later: import() or React.lazy.");

/** @param {import("./page-sizes.mjs").Page} page */
function getBudget({ path }) {
  if (path === "/users") return budgets.users;
  return path === "/sign-in" ? budgets.signIn : shared + budgets.beyondShared;
}

/**
 * Bundles a module with everything that it imports. Gives the size in bytes, minified and compressed.
 * @param {string} entry path of the module, from the root
 * @returns {Promise<number>}
 */
async function measurePackage(entry) {
  const { build } = await loadBundler(); // measures what a panel that uses the package would load
  const { output } = await build({
    input: join(root, entry),
    platform: "neutral",
    resolve: { conditionNames: ["gatehouse-source", "import"] },
    output: { minify: true, format: "esm" },
    write: false,
  });
  return output.reduce((sum, { code = "" }) => sum + gzipSync(code, { level: 9 }).length, 0);
}
