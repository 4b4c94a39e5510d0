/** Installs the project's dependencies when node_modules doesn't match the lock file. */
import { join, relative } from "node:path";
import { withFileLock } from "./file-lock.mjs";
import { findInstallationMismatch } from "./installed.mjs";
import { installLocked } from "./npm.mjs";
import {
  benchFolder,
  cacheFolder,
  chartToolsFolder,
  openapiToolsFolder,
  root,
  workerdFolder,
} from "./paths.mjs";
import { withProgress } from "./progress.mjs";

/**
 * Installs what package-lock.json lists, unless it is installed already.
 * @param {string} node the Node that will run them
 */
export async function prepareDependencies(node) {
  await prepareFolder(root, node, "Installing the locked dependencies");
}

/**
 * The same for the packages that only the benchmarks need.
 * @param {string} node
 */
export async function prepareBench(node) {
  await prepareFolder(benchFolder, node, "Installing the packages of the benchmarks");
}

/**
 * The same for the linters and client generators of the OpenAPI document.
 * @param {string} node
 */
export async function prepareOpenapiTools(node) {
  await prepareFolder(openapiToolsFolder, node, "Installing linters and generators for OpenAPI");
}

/**
 * The same for the schemas of Kubernetes.
 * @param {string} node
 */
export async function prepareChartTools(node) {
  await prepareFolder(chartToolsFolder, node, "Installing the schemas of Kubernetes");
}

/**
 * The same for the runtime of Cloudflare Workers, in which a test runs the SDK.
 * @param {string} node
 */
export async function prepareWorkerd(node) {
  await prepareFolder(workerdFolder, node, "Installing workerd");
}

/**
 * @param {string} folder
 * @param {string} node
 * @param {string} title
 */
async function prepareFolder(folder, node, title) {
  const findMismatch = () =>
    findInstallationMismatch(
      join(folder, "package-lock.json"),
      join(folder, "node_modules", ".package-lock.json"),
    );
  if (findMismatch() === null) return;
  await withFileLock(
    join(cacheFolder, `${relative(root, folder).replaceAll(/[\\/]/g, "-") || "dependencies"}.lock`),
    async () => {
      if (findMismatch() === null) return;
      await withProgress(title, () => installLocked(folder, node));
    },
    { onWait: () => process.stderr.write("Waiting for an installation that is already running …\n") },
  );
}
