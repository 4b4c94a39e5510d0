import { rmSync } from "node:fs";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { createTestApp, type TestApp } from "../../test/create-test-app.ts";
import { type MailServer, startMailServer } from "../../test/mail-server.ts";
import { type Program, type Settings, startProgram, temporaryFolder } from "../../test/program.ts";

let t: TestApp;
let mail: MailServer;
let settings: Settings;
const folder = temporaryFolder();
const workers: Program[] = [];

beforeAll(async () => {
  t = await createTestApp();
  mail = await startMailServer();
  settings = {
    DATA_DIR: folder,
    DATABASE_URL: t.url ?? "",
    SECRET_KEY: "a secret key that only tests know, 32+",
    SMTP_URL: mail.url,
  };
});
afterAll(async () => {
  for (const { child, exited } of workers) {
    child.kill("SIGKILL");
    await exited;
  }
  await mail.close();
  await t.close();
  rmSync(folder, { recursive: true, force: true });
});

async function startWorker(): Promise<Program> {
  const worker = startProgram(["worker"], settings);
  workers.push(worker);
  await worker.waitForOutput(/The worker is running/);
  return worker;
}

test("another worker sends the email of a killed worker with the same Message-ID", async () => {
  const acme = await t.organization();
  t.clock.set(new Date().toISOString()); // the worker uses the system clock
  mail.behavior = "hang in data";
  const first = await startWorker();
  const invitations = [{ email: "new@example.test", roleIds: [acme.roles.viewer] }];
  const path = `/organizations/${acme.organizationId}/invitations`;
  expect((await t.as(acme.owner).post(path, { invitations })).statusCode).toBe(200);
  await vi.waitFor(() => expect(mail.received).toHaveLength(1), { timeout: 10_000 });
  first.child.kill("SIGKILL");
  await first.exited;

  mail.behavior = "accept";
  // Expire the lease of the killed worker.
  await t.sql(
    "UPDATE pgboss.job SET started_on = now() - interval '1 minute', heartbeat_on = now() - interval '1 minute'",
  );
  await t.sql("UPDATE pgboss.job SET retry_delay = 0");
  const second = await startWorker();
  await vi.waitFor(() => expect(mail.accepted()).toHaveLength(1), { timeout: 40_000, interval: 100 });
  const ids = mail.received.map((received) => received.email.messageId);
  expect(new Set(ids).size).toBe(1);
  await vi.waitFor(async () => {
    const [invitation] = (await t.as(acme.owner).get(path)).json().items;
    expect(invitation.delivery).toBe("sent");
  });
  second.child.kill("SIGTERM");
  expect(await second.exited).toMatchObject({ code: 0 });
}, 90_000);
