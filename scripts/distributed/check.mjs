/**
 * Runs integration tests on a Citus cluster: `DATABASE_URL=… node scripts/distributed/check.mjs [PATH…]`. DATABASE_URL is a superuser's, of a database on the
 * coordinator to which the workers were added; paths are parts of the names of test files. Each test file gets separate databases on every
 * server. Without paths it runs all but `excluded`, which takes an hour. Nothing is installed, and no other database is changed.
 */
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const { Client } = createRequire(join(root, "packages/server/package.json"))("pg");

/** Files with a test that can't pass there, by the reason. All others were seen to pass on two workers. */
const excluded = {
  "a cluster isn't backed up": [
    "src/cli/backup/*.integration.test.ts",
    "src/cli/every-command.integration.test.ts",
    "test/restored-database.both.integration.test.ts",
  ],
  "accounts of removed users stay": [
    "src/cli/users-import.integration.test.ts",
    "src/features/provisioning/create-user.both.integration.test.ts",
  ],
  "the test sends SQL that Citus refuses, or that isn't sent on to the workers": [
    "src/audit/seal-races.integration.test.ts",
    "src/audit/verify.both.integration.test.ts",
    "src/auth/last-use.integration.test.ts",
    "src/cli/demo/history.integration.test.ts",
    "src/cli/killed-server.integration.test.ts",
    "src/db/canonical-addresses.both.integration.test.ts",
    "src/db/migrate.integration.test.ts",
    "src/db/untrusted-role.integration.test.ts",
    "src/features/audit/export-history.integration.test.ts",
    "src/features/bulk-jobs/bulk-job-requests.integration.test.ts",
    "src/features/installation-catalogue/push-failures.both.integration.test.ts",
    "src/features/installation-catalogue/push-killed-worker.integration.test.ts",
    "src/features/organizations/re-created-organization.integration.test.ts",
    "src/features/permissions/later-permissions.both.integration.test.ts",
    "src/features/roles/invisible-names.both.integration.test.ts",
    "src/features/sessions/replaced-session.integration.test.ts",
    "src/features/sessions/sign-in-history.both.integration.test.ts",
    "src/features/user-imports/import-invitations.integration.test.ts",
    "src/features/user-imports/import-users.both.integration.test.ts",
    "src/features/user-imports/presets.integration.test.ts",
    "src/features/users/concurrent-edits.integration.test.ts",
    "src/jobs/clean-up.both.integration.test.ts",
    "test/permission-matrix.integration.test.ts",
    "test/permissions-revoked-while-locked.integration.test.ts",
  ],
  "statements, round trips and rows read are counted, which are others there": [
    "src/db/refresh-statistics.both.integration.test.ts",
    "src/db/schema.both.integration.test.ts",
    "src/db/single-round-trip.both.integration.test.ts",
    "src/features/authzen/batch-checks.both.integration.test.ts",
    "src/features/hand-off/panel-session.both.integration.test.ts",
    "test/round-trips.integration.test.ts",
    "test/statement-plans.integration.test.ts",
  ],
  "the test needs the socket or the files of one server": [
    "src/db/faults.integration.test.ts",
    "src/db/replica.integration.test.ts",
    "src/http/disk-full.both.integration.test.ts",
    "src/http/overload.integration.test.ts",
    "src/http/unavailable.integration.test.ts",
    "test/failover.integration.test.ts",
  ],
  "requests are slower than the limits of the test, or some of ten at once get 409": [
    "src/features/sessions/second-factor-races.both.integration.test.ts",
    "src/http/rate-limit.integration.test.ts",
  ],
};

const url = process.env["DATABASE_URL"];
if (url === undefined) throw new Error("Set DATABASE_URL to a superuser's URL of the coordinator.");

/** @returns {Promise<string[]>} the superuser's URLs of the workers */
async function listWorkers() {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query(
      "SELECT nodename, nodeport FROM pg_dist_node WHERE groupid <> 0 AND isactive ORDER BY groupid",
    );
    return rows.map((/** @type {{ nodename: string, nodeport: number }} */ { nodename, nodeport }) => {
      const worker = new URL(url ?? "");
      worker.hostname = nodename;
      worker.port = String(nodeport);
      return worker.href;
    });
  } finally {
    await client.end();
  }
}

const workers = await listWorkers();
if (workers.length === 0)
  throw new Error("The coordinator has no workers: SELECT citus_add_node('HOST', PORT);");
const paths = process.argv.slice(2);
const { status } = spawnSync(
  process.execPath,
  [
    join(root, "node_modules/vitest/vitest.mjs"),
    ...["run", "--project", "integration-postgres", "--project", "cluster"],
    ...(paths.length > 0
      ? paths
      : Object.values(excluded)
          .flat()
          .flatMap((file) => ["--exclude", `packages/server/${file}`])),
  ],
  {
    cwd: root,
    stdio: "inherit",
    env: {
      ...process.env,
      GATEHOUSE_TEST_POSTGRES_URL: url,
      GATEHOUSE_TEST_CITUS_WORKERS: workers.join(" "),
    },
  },
);
process.exitCode = status ?? 1;
