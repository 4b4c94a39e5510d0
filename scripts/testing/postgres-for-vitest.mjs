/** Vitest's global set-up where tests need PostgreSQL: uses the server that `npm test` started, or starts one. */
import { startPostgres } from "./postgres.mjs";

/** @returns {Promise<(() => Promise<void>) | undefined>} the teardown, if there is something to tear down */
export async function setup() {
  if (process.env["GATEHOUSE_TEST_POSTGRES_URL"] !== undefined) return undefined;
  const postgres = await startPostgres();
  process.env["GATEHOUSE_TEST_POSTGRES_URL"] = postgres.url;
  return postgres.stop;
}
