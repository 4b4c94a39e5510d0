/** Vitest's global set-up for the projects that need more than sources: what `npm test` has not prepared already. */
import { isPanelBuilt, prepareExample, preparePanel } from "../launcher/panel.mjs";
import { startPostgres } from "./postgres.mjs";

/**
 * @param {{ name: string }} project
 * @returns {Promise<(() => Promise<void>) | undefined>} the teardown, if there is something to tear down
 */
export async function setup({ name }) {
  // The server's tests need a panel to serve, whichever; those in the browser need the one of these sources.
  if (name === "browser" || !isPanelBuilt()) await preparePanel(process.execPath);
  if (name === "browser") await prepareExample(process.execPath);
  if (name === "integration-embedded" || process.env["GATEHOUSE_TEST_POSTGRES_URL"] !== undefined)
    return undefined;
  const postgres = await startPostgres();
  process.env["GATEHOUSE_TEST_POSTGRES_URL"] = postgres.url;
  return postgres.stop;
}
