/** Vitest's global setup for integration and browser tests: prepares what `npm test` has not prepared already. */
import { isPanelBuilt, prepareExample, preparePanel } from "../launcher/build-pages.mjs";
import { bundleProgram } from "./bundle-program.mjs";
import { startPostgres } from "./postgres.mjs";

/**
 * @param {{ name: string }} project
 * @returns {Promise<() => Promise<void>>} the teardown
 */
export async function setup({ name }) {
  // The server's tests need any build of the panel; the browser tests need an up-to-date one.
  if (name === "browser" || !isPanelBuilt()) await preparePanel(process.execPath);
  if (name === "browser") await prepareExample(process.execPath);
  process.env["GATEHOUSE_TEST_PROGRAM"] = await bundleProgram();
  const isPostgresNeeded =
    name !== "integration-embedded" && process.env["GATEHOUSE_TEST_POSTGRES_URL"] === undefined;
  const postgres = isPostgresNeeded ? await startPostgres() : null;
  if (postgres !== null) process.env["GATEHOUSE_TEST_POSTGRES_URL"] = postgres.url;
  return async () => postgres?.stop();
}
