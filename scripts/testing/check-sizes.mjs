/** Prints how much a cold visit of each page and each published package loads, and fails above the bars: kB (1,000 bytes), compressed with gzip. */
import { sizeOfPackage } from "./package-size.mjs";
import { filesOf, gzipped, readManifest, readRoutes, sharedScripts } from "./page-sizes.mjs";

const bars = { users: 210, signIn: 120, beyondShared: 40, styles: 15 };

const manifest = readManifest();
const pages = readRoutes().map((route) => filesOf(manifest, route));
if (!pages.some(({ path }) => path === "/users") || !pages.some(({ path }) => path === "/sign-in"))
  throw new Error("The routes of /users and /sign-in were not found: has the shape of route.ts changed?");
const shared = gzipped(sharedScripts(pages)) / 1000;

/** @param {import("./page-sizes.mjs").Page} page */
function barOf({ path }) {
  if (path === "/users") return bars.users;
  return path === "/sign-in" ? bars.signIn : shared + bars.beyondShared;
}

console.log(`shared by all pages behind sign-in: ${shared.toFixed(1)} kB\n`);
console.log(
  `${"page".padEnd(28)}${"JS".padStart(8)}${"bar".padStart(8)}${"CSS".padStart(8)}${"bar".padStart(6)}`,
);
for (const page of pages.toSorted((a, b) => a.path.localeCompare(b.path))) {
  const scripts = gzipped(page.scripts) / 1000;
  const styles = gzipped(page.styles) / 1000;
  const bar = barOf(page);
  const isTooMuch = scripts > bar || styles > bars.styles;
  if (isTooMuch) process.exitCode = 1;
  console.log(
    page.path.padEnd(28) +
      scripts.toFixed(1).padStart(8) +
      bar.toFixed(1).padStart(8) +
      styles.toFixed(1).padStart(8) +
      String(bars.styles).padStart(6) +
      (isTooMuch ? "  too much" : ""),
  );
}
const packages = [
  { name: "@gatehouse/access", entry: "packages/access/src/index.ts", bar: 3 },
  { name: "@gatehouse/sdk", entry: "packages/sdk/src/index.ts", bar: 10 },
];
console.log(`\n${"package, minified".padEnd(28)}${"JS".padStart(8)}${"bar".padStart(8)}`);
for (const { name, entry, bar } of packages) {
  const size = (await sizeOfPackage(entry)) / 1000;
  if (size > bar) process.exitCode = 1;
  console.log(
    name.padEnd(28) +
      size.toFixed(2).padStart(8) +
      bar.toFixed(1).padStart(8) +
      (size > bar ? "  too much" : ""),
  );
}
if (process.exitCode === 1)
  console.error("\nLoad later what the first paint doesn't need: import() or React.lazy.");
