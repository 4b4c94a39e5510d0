import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import { acceptAsNewcomer, invite, inviteAll, tokenIn } from "../../../test/inviting.ts";
import { type MailServer, startMailServer } from "../../../test/start-mail-server.ts";

const main = fileURLToPath(new URL("../../main.ts", import.meta.url));
const patient = { timeout: 50_000, interval: 100 };

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
afterAll(async () => {
  for (const worker of workers) worker.kill("SIGKILL");
  await t.close();
  await server.close();
  await rm(folder, { recursive: true });
});

/** A worker process of its own, as an operator runs it. */
function startWorker(): ChildProcess {
  const worker = spawn(process.execPath, ["--conditions=gatehouse-source", main, "worker"], {
    env: {
      DATABASE_URL: t.url ?? "",
      DATA_DIR: folder,
      SECRET_KEY: "a secret key that only tests know, 32+",
      SMTP_URL: server.url,
    },
    stdio: "ignore",
  });
  workers.push(worker);
  return worker;
}

test("a worker that is killed while it sends loses no mail: another one sends it, with the same Message-ID", async () => {
  const lodos = await t.organization();
  const emails = ["a@x.example", "b@x.example", "c@x.example", "d@x.example"];
  server.conduct = "hang in data";
  await inviteAll(t, lodos, { emails });
  const first = startWorker();
  await expect.poll(() => server.received.length, patient).toBeGreaterThan(0);

  first.kill("SIGKILL");
  await once(first, "exit");
  server.conduct = "accept";
  // The lease of a silent worker runs out after 20 seconds: let them have passed.
  await t.sql("UPDATE pgboss.job SET heartbeat_on = now() - interval '1 hour' WHERE state = 'active'");
  startWorker();

  const acceptedInTheEnd = async (): Promise<number> => {
    await t.sql("UPDATE pgboss.job SET start_after = now() WHERE state = 'retry'"); // nor wait between the tries
    return new Set(server.accepted().map((one) => one.recipients[0])).size;
  };
  await expect.poll(acceptedInTheEnd, patient).toBe(4);
  for (const email of emails) {
    const mails = server.received.filter(({ recipients }) => recipients.includes(email));
    expect(new Set(mails.map(({ mail }) => mail.messageId)).size).toBe(1);
    expect(mails.filter(({ accepted }) => accepted)).toHaveLength(1);
  }
  const sent = "SELECT count(*)::int AS n FROM invitations WHERE delivery = 'sent' AND organization_id = $1";
  await expect.poll(() => t.sql(sent, [lodos.organizationId]), patient).toEqual([{ n: 4 }]);
  expect((await acceptAsNewcomer(t, tokenIn(server.accepted()[0]?.mail.text))).statusCode).toBe(201);
}, 120_000);

test("what was committed before a server was killed is sent by the next worker", async () => {
  const lodos = await t.organization();
  for (const worker of workers.splice(0)) worker.kill("SIGKILL");
  await inviteAll(t, lodos, { emails: ["committed@x.example"] });

  startWorker();

  await expect
    .poll(
      () => server.accepted().filter((one) => one.recipients.includes("committed@x.example")).length,
      patient,
    )
    .toBe(1);
}, 60_000);

test("a worker that is killed during the last try leaves a mail that failed, not one that waits for ever", async () => {
  const lodos = await t.organization();
  for (const worker of workers.splice(0)) worker.kill("SIGKILL");
  server.conduct = "hang in data";
  const { id } = await invite(t, lodos, "last@x.example");
  await t.sql("UPDATE pgboss.job SET retry_count = retry_limit WHERE data ->> 'invitationId' = $1", [id]);
  const last = startWorker();
  const received = () => server.received.filter((one) => one.recipients.includes("last@x.example")).length;
  await expect.poll(received, patient).toBe(1);

  last.kill("SIGKILL");
  await once(last, "exit");
  server.conduct = "accept";
  await t.sql("UPDATE pgboss.job SET heartbeat_on = now() - interval '1 hour' WHERE state = 'active'");
  startWorker();

  const path = `/organizations/${lodos.organizationId}/invitations/${id}`;
  const seen = async () => (await t.as(lodos.owner).get(path)).json();
  await expect.poll(seen, patient).toMatchObject({
    status: "pending",
    delivery: "failed",
    deliveryError: "The last try broke off before the mail server answered.",
  });
  expect(received()).toBe(1);
}, 60_000);
