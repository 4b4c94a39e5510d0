/**
 * Runs integration tests on a Citus cluster: `DATABASE_URL=… node scripts/distributed/check.mjs [PATH…]`. DATABASE_URL is a superuser's, of a database on the
 * coordinator to which the workers were added; paths are parts of the names of test files. Each test file gets separate databases on every
 * server. Without paths it runs the files of `passing`. Nothing is installed, and no other database is changed.
 */
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const { Client } = createRequire(join(root, "packages/server/package.json"))("pg");

/** What was seen to pass on two workers. */
const passing = [
  ".cluster.",
  "cli/serve.both",
  "features/api-keys/",
  "features/audit/audit.both",
  "features/authzen/authzen.both",
  "features/authzen/certification",
  "features/authzen/conformance",
  "features/bulk-jobs/bulk-job-killed-worker",
  "features/bulk-jobs/bulk-jobs.both",
  "features/change-feed/events.both",
  "features/hand-off/consent",
  "features/hand-off/hand-off.both",
  "features/hand-off/return-path",
  "features/installation-catalogue/push.both",
  "features/invitations/",
  "features/operator/",
  "features/organizations/security-settings",
  "features/organizations/set-up.both",
  "features/organizations/settings",
  "features/permissions/catalogue",
  "features/roles/delete-role.both",
  "features/roles/role-translations",
  "features/roles/roles.both",
  "features/sessions/sign-in.both",
  "features/user-imports/import-killed-worker",
  "features/user-imports/imports.both",
  "features/users/edit-user",
  "features/users/suspend-and-remove",
  "features/users/tenant-isolation",
  "features/users/time-limited-grants",
  "features/users/user-permissions",
  "features/users/user-sessions.both",
];

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
    ...(paths.length === 0 ? passing : paths),
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
