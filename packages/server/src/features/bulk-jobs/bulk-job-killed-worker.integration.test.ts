import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type BulkJobSteps, createBulkJobSteps } from "../../../test/bulk-jobs.ts";
import { createTestApp, type TestApp, testSecretKey } from "../../../test/create-test-app.ts";
import type { TestOrganization } from "../../../test/factories.ts";
import { startProgram } from "../../../test/program.ts";
import { rounds } from "../../../test/rounds.ts";

const pollOptions = { timeout: 60_000, interval: 20 };
const people = rounds(12_000);

let t: TestApp;
let lodos: TestOrganization;
let steps: BulkJobSteps;
let folder: string;
const workers: ChildProcess[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gatehouse-worker-"));
  t = await createTestApp();
  t.clock.set(new Date().toISOString()); // the workers' clock is the machine's
  lodos = await t.organization();
  steps = createBulkJobSteps(t, lodos);
  await t.sql(
    `INSERT INTO accounts (account_id, email, name, password_hash, created_at)
     SELECT gen_random_uuid(), n || '@many.example', 'x', 'x', now() FROM generate_series(1, $1::integer) n`,
    [people],
  );
  await t.sql(
    `INSERT INTO users (organization_id, user_id, account_id, name, email, name_key, search_key, created_at)
     SELECT $1, gen_random_uuid(), account_id, email, email, email, email, now()
     FROM accounts WHERE email LIKE '%@many.example'`,
    [lodos.organizationId],
  );
});
afterAll(async () => {
  for (const worker of workers) worker.kill("SIGKILL");
  await t.close();
  await rm(folder, { recursive: true });
});

/** Starts a worker process, like an operator. */
function startWorker(): ChildProcess {
  const settings = { DATABASE_URL: t.url ?? "", DATA_DIR: folder, SECRET_KEY: testSecretKey };
  const { child } = startProgram(["worker"], settings);
  workers.push(child);
  return child;
}

test("each user is changed exactly once when workers are killed during a job", async () => {
  const job = await steps.start({
    action: "add-role",
    roleId: lodos.roles.marketer,
    users: { matching: { query: "many.example" } },
  });
  const seen: number[] = [];
  for (const share of [0.1, 0.35, 0.6]) {
    const worker = startWorker();
    await expect
      .poll(async () => (await steps.get(job.id)).done, pollOptions)
      .toBeGreaterThanOrEqual(share * people);
    worker.kill("SIGKILL");
    await once(worker, "exit");
    seen.push((await steps.get(job.id)).done);
    await t.requeueLostJobs();
  }
  expect(seen.every((done) => done < people)).toBe(true);

  startWorker();
  await expect.poll(async () => (await steps.get(job.id)).status, pollOptions).toBe("done");

  expect(await steps.get(job.id)).toMatchObject({ done: people, changed: people, failed: 0 });
  const facts = await t.sql(
    `SELECT count(*)::integer AS events, count(DISTINCT target_id)::integer AS people FROM audit_events
     WHERE organization_id = $1 AND action = 'users.roles-changed'`,
    [lodos.organizationId],
  );
  expect(facts).toEqual([{ events: people, people }]);
  const holders = await t.sql("SELECT count(*)::integer AS n FROM user_roles WHERE role_id = $1", [
    lodos.roles.marketer,
  ]);
  expect(holders).toEqual([{ n: people }]);
  const versions = await t.sql("SELECT DISTINCT version FROM users WHERE email LIKE '%@many.example'");
  expect(versions).toEqual([{ version: 2 }]);
}, 180_000);
