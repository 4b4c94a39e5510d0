import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { createTestApp, type TestApp, testSecretKey } from "../../../../test/create-test-app.ts";
import { acceptWithNewAccount, extractToken, invite, inviteAll } from "../../../../test/invitations.ts";
import { type MailServer, startMailServer } from "../../../../test/mail-server.ts";
import { startProgram } from "../../../../test/program.ts";

const pollOptions = { timeout: 50_000, interval: 100 };

let t: TestApp;
let server: MailServer;
let folder: string;
const workers: ChildProcess[] = [];
beforeAll(async () => {
  server = await startMailServer();
  folder = await mkdtemp(join(tmpdir(), "gatehouse-worker-"));
  t = await createTestApp();
  t.clock.set(new Date().toISOString()); // the workers' clock is the machine's
});
afterEach(() => {
  for (const worker of workers.splice(0)) worker.kill("SIGKILL");
});
afterAll(async () => {
  await t.close();
  await server.close();
  await rm(folder, { recursive: true });
});

/** Starts a worker process, like an operator. */
function startWorker(): ChildProcess {
  const { child } = startProgram(["worker"], {
    DATABASE_URL: t.url ?? "",
    DATA_DIR: folder,
    SECRET_KEY: testSecretKey,
    SMTP_URL: server.url,
  });
  workers.push(child);
  return child;
}

test("when a worker is killed while sending, another one sends the email with the same Message-ID", async () => {
  const lodos = await t.organization();
  const emails = ["a@x.example", "b@x.example", "c@x.example", "d@x.example"];
  server.behavior = "hang in data";
  await inviteAll(t, lodos, { emails });
  const first = startWorker();
  await expect.poll(() => server.received.length, pollOptions).toBeGreaterThan(0);

  first.kill("SIGKILL");
  await once(first, "exit");
  server.behavior = "accept";
  // The lease of a dead worker expires after 20 seconds: make it expire now.
  await t.sql("UPDATE pgboss.job SET heartbeat_on = now() - interval '1 hour' WHERE state = 'active'");
  const second = startWorker();

  const countAccepted = async (): Promise<number> => {
    await t.sql("UPDATE pgboss.job SET start_after = now() WHERE state = 'retry'"); // skip the delay between attempts
    return new Set(server.accepted().map((one) => one.recipients[0])).size;
  };
  await expect.poll(countAccepted, pollOptions).toBe(4);
  for (const email of emails) {
    const emails = server.received.filter(({ recipients }) => recipients.includes(email));
    expect(new Set(emails.map(({ email }) => email.messageId)).size).toBe(1);
    expect(emails.filter(({ accepted }) => accepted)).toHaveLength(1);
  }
  const sent = "SELECT count(*)::int AS n FROM invitations WHERE delivery = 'sent' AND organization_id = $1";
  await expect.poll(() => t.sql(sent, [lodos.organizationId]), pollOptions).toEqual([{ n: 4 }]);
  expect((await acceptWithNewAccount(t, extractToken(server.accepted()[0]?.email.text))).statusCode).toBe(
    201,
  );
  second.kill("SIGTERM");
  expect(await once(second, "exit")).toEqual([0, null]);
});

test("the next worker sends emails that were committed before a kill", async () => {
  const lodos = await t.organization();
  await inviteAll(t, lodos, { emails: ["committed@x.example"] });

  startWorker();

  await expect
    .poll(
      () => server.accepted().filter((one) => one.recipients.includes("committed@x.example")).length,
      pollOptions,
    )
    .toBe(1);
});

test("an email whose worker is killed during the last attempt is failed", async () => {
  const lodos = await t.organization();
  server.behavior = "hang in data";
  const { id } = await invite(t, lodos, "last@x.example");
  await t.sql("UPDATE pgboss.job SET retry_count = retry_limit WHERE data ->> 'invitationId' = $1", [id]);
  const last = startWorker();
  const received = () => server.received.filter((one) => one.recipients.includes("last@x.example")).length;
  await expect.poll(received, pollOptions).toBe(1);

  last.kill("SIGKILL");
  await once(last, "exit");
  server.behavior = "accept";
  await t.requeueLostJobs();
  startWorker();

  const path = `/organizations/${lodos.organizationId}/invitations/${id}`;
  const seen = async () => (await t.as(lodos.owner).get(path)).json();
  await expect.poll(seen, pollOptions).toMatchObject({
    status: "pending",
    delivery: "failed",
    deliveryError: "The last attempt ended before the mail server responded.",
  });
  expect(received()).toBe(1);
});
