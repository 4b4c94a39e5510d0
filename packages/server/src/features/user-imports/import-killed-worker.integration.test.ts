import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestApp, type TestApp, testSecretKey } from "../../../test/create-test-app.ts";
import type { TestOrganization } from "../../../test/factories.ts";
import { createImportSteps, type ImportSteps } from "../../../test/imports.ts";
import { startProgram } from "../../../test/program.ts";
import { rounds } from "../../../test/rounds.ts";

const pollOptions = { timeout: 120_000, interval: 25 };
const isFullRun = rounds(4) === 4;

let t: TestApp;
let lodos: TestOrganization;
let imports: ImportSteps;
let folder: string;
const workers: ChildProcess[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gatehouse-worker-"));
  t = await createTestApp();
  t.clock.set(new Date().toISOString()); // the workers' clock is the machine's
  lodos = await t.organization();
  imports = createImportSteps(t, lodos);
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

async function kill(worker: ChildProcess): Promise<void> {
  const exited = once(worker, "exit");
  worker.kill("SIGKILL");
  await exited;
  await t.requeueLostJobs();
}

test.each(["users", "invitations"] as const)(
  "each row is imported exactly once as %s when workers are killed twice, and the undo removes each once",
  async (as) => {
    const people = isFullRun ? 100_000 : as === "users" ? 6_000 : 4_000;
    const rows = Array.from({ length: people }, (_, n) => `${as}-${n}@many.test,Many ${n},Viewer\n`);
    const id = await imports.upload({ text: `email,name,roles\n${rows.join("")}` });
    expect((await imports.start(id, { as })).statusCode).toBe(202);
    const seen: number[] = [];
    for (const share of [0.1, 0.5]) {
      const worker = startWorker();
      await expect
        .poll(async () => (await imports.get(id)).done, pollOptions)
        .toBeGreaterThan(people * share);
      await kill(worker);
      seen.push((await imports.get(id)).done);
    }
    expect(seen[1]).toBeLessThan(people);
    const worker = startWorker();
    await expect.poll(async () => (await imports.get(id)).status, pollOptions).toBe("done");
    await kill(worker);

    expect(await imports.get(id)).toMatchObject({ total: people, created: people, refused: 0, unchanged: 0 });
    const table = as === "users" ? "users" : "invitations";
    const count = async () => {
      const [row] = await t.sql(
        `SELECT count(*)::integer AS rows, count(DISTINCT email)::integer AS people FROM ${table}
         WHERE organization_id = $1 AND email LIKE $2 AND status IN ('active', 'pending')`,
        [lodos.organizationId, `${as}-%@many.test`],
      );
      return row;
    };
    expect(await count()).toEqual({ rows: people, people });
    const action = as === "users" ? "users.created" : "invitations.sent";
    const [events] = await t.sql(
      `SELECT count(*)::integer AS events, count(DISTINCT target_id)::integer AS targets FROM audit_events
       WHERE organization_id = $1 AND action = $2 AND target_name LIKE $3`,
      [lodos.organizationId, action, as === "users" ? "Many %" : `${as}-%`],
    );
    expect(events).toEqual({ events: people, targets: people });
    if (as === "invitations") {
      const [mails] = await t.sql(
        "SELECT count(DISTINCT data->>'invitationId')::integer AS mails FROM pgboss.job WHERE name = 'invitation-mail'",
      );
      expect(mails).toEqual({ mails: people });
    }

    expect((await t.as(lodos.owner).post(`${imports.base}/${id}/undo`)).statusCode).toBe(202);
    const undoing = startWorker();
    await expect.poll(async () => (await imports.get(id)).removed, pollOptions).toBeGreaterThan(0);
    await kill(undoing);
    const last = startWorker();
    await expect.poll(async () => (await imports.get(id)).status, pollOptions).toBe("undone");
    await kill(last);
    expect(await imports.get(id)).toMatchObject({ removed: people, kept: 0 });
    expect(await count()).toEqual({ rows: 0, people: 0 });
  },
  900_000,
);
