import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createPushSteps, toGroups, toTemplate } from "../../../test/catalogue-pushes.ts";
import { createTestApp, type TestApp, testSecretKey } from "../../../test/create-test-app.ts";
import { asSuperuser, serverUrl, toDatabaseUrl } from "../../../test/database-template.ts";
import type { TestOrganization } from "../../../test/factories.ts";
import { operatorToken } from "../../../test/operator-steps.ts";
import { startProgram, temporaryFolder } from "../../../test/program.ts";
import { rounds } from "../../../test/rounds.ts";

const copies = rounds(4) * 500;
const pollOptions = { timeout: 120_000, interval: 25 };

let t: TestApp;
let steps: ReturnType<typeof createPushSteps>;
const folder = temporaryFolder();
const workers: ChildProcess[] = [];
beforeAll(async () => {
  t = await createTestApp({ config: { operatorToken } });
  t.clock.set(new Date().toISOString()); // the workers' clock is the machine's
  steps = createPushSteps(t);
  await copyOrganization(await t.organization("Lodos"));
});
afterAll(async () => {
  for (const worker of workers) worker.kill("SIGKILL");
  await t.close();
  rmSync(folder, { recursive: true });
});

/** Organizations with the same catalogue, roles and owner, without their triggers. */
async function copyOrganization({ organizationId }: TestOrganization): Promise<void> {
  const url = toDatabaseUrl(serverUrl(), new URL(t.url ?? "").pathname.slice(1));
  await asSuperuser(url, async (client) => {
    await client.query("SET session_replication_role = replica");
    await client.query(
      "CREATE TEMP TABLE copied AS SELECT gen_random_uuid() AS id FROM generate_series(1, $1::integer)",
      [copies],
    );
    for (const table of ["organizations", "catalogues", "roles", "role_permissions", "users", "user_roles"])
      await client.query(
        `INSERT INTO ${table} SELECT (jsonb_populate_record(t, jsonb_build_object('organization_id', c.id))).*
         FROM copied c, ${table} t WHERE t.organization_id = $1`,
        [organizationId],
      );
    await client.query("ANALYZE");
  });
}

/** Starts a worker process, like an operator. */
function startWorker(): ChildProcess {
  const settings = { DATABASE_URL: t.url ?? "", DATA_DIR: folder, SECRET_KEY: testSecretKey };
  const { child } = startProgram(["worker"], settings);
  workers.push(child);
  return child;
}

async function kill(worker: ChildProcess): Promise<void> {
  const exited = once(worker, "exit");
  worker.kill("SIGKILL");
  await exited;
  await t.requeueLostJobs();
}

test("every organization gets all of a push exactly once when workers are killed twice", async () => {
  const roles = [toTemplate("agent", ["orders:view"]), toTemplate("lead", ["orders:refund", "users:view"])];
  const body = { groups: toGroups("view", "refund"), roles, dropAll: true };
  expect((await steps.put(body)).statusCode).toBe(202);
  const total = copies + 1;
  for (const share of [0.1, 0.5]) {
    const worker = startWorker();
    await expect
      .poll(async () => (await steps.get()).progress.applied, pollOptions)
      .toBeGreaterThan(total * share);
    await kill(worker);
    expect((await steps.get()).status).toBe("running");
    const { ended, organizations, events } = await readWhole();
    expect([organizations, events]).toEqual([ended, 3 * ended]);
  }
  const worker = startWorker();
  await expect.poll(async () => (await steps.get()).status, pollOptions).toBe("done");
  await kill(worker);
  expect((await steps.get()).progress).toMatchObject({ organizations: total, changed: total, failed: 0 });
  expect(await readWhole()).toEqual({ ended: total, organizations: total, events: 3 * total });
}, 600_000);

/** In how many organizations a push has ended, how many have the catalogue and both roles, and all of their audit events. */
async function readWhole() {
  const [row] = await t.sql(`
    SELECT (SELECT count(*)::integer FROM catalogue_pushes) AS ended,
      (SELECT count(*)::integer FROM catalogues c WHERE c.definition::text LIKE '%orders:refund%'
        AND (SELECT count(*) FROM role_templates t JOIN roles r USING (organization_id, role_id)
          JOIN role_permissions p USING (organization_id, role_id) WHERE t.organization_id = c.organization_id) = 3
        ) AS organizations,
      (SELECT count(*)::integer FROM (SELECT actor_name FROM audit_events UNION ALL SELECT actor_name FROM unsealed_audit_events) e
        WHERE e.actor_name = 'Operator') AS events`);
  return {
    ended: Number(row?.["ended"]),
    organizations: Number(row?.["organizations"]),
    events: Number(row?.["events"]),
  };
}
