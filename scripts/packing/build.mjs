/**
 * Builds what is installed: `build/access`, `build/sdk` and `build/server`, each ready for `npm pack`. `build/server` has its
 * production dependencies in `node_modules`, too, so that `node build/server/dist/main.js` runs without the repository. With
 * `--deb` also makes a Debian package of it.
 */
import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { buildFolder } from "../launcher/paths.mjs";
import { withProgress } from "../launcher/progress.mjs";
import { buildDeb } from "./build-deb.mjs";
import { copyDependencies } from "./copy-dependencies.mjs";
import { preparedDatabase, publishedPackages, stagePackage, stageServer } from "./stage-package.mjs";

rmSync(buildFolder, { recursive: true, force: true });
for (const name of publishedPackages)
  await withProgress(`Building @gatehouse/${name}`, async () => stagePackage(name, join(buildFolder, name)));
await withProgress("Building @gatehouse/server", () => stageServer(join(buildFolder, "server")));
await withProgress("Copying the dependencies of the server", async () =>
  copyDependencies("server", join(buildFolder, "server", "node_modules")),
);
await withProgress("Preparing the database of new data folders", async () => {
  const script = join(buildFolder, "server", "dist", "cli", "write-prepared-database.js");
  execFileSync(process.execPath, [script, join(buildFolder, "server", preparedDatabase)]);
});
const built = process.argv.includes("--deb")
  ? await withProgress("Building the Debian package", () => buildDeb(process.execPath))
  : join(buildFolder, "server", "dist", "main.js");
process.stdout.write(`${built}\n`);
