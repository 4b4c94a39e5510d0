/** Kills a server repeatedly while invitations are sent: what it acknowledged is stored completely, and the emails are sent. */
import { randomInt, randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import type { SendInvitationsResult } from "@gatehouse/sdk/contract";
import { afterAll, beforeAll, expect, test } from "vitest";
import { asSuperuser, serverUrl, toDatabaseUrl } from "../../test/database-template.ts";
import { type MailServer, startMailServer } from "../../test/mail-server.ts";
import {
  createMigratedStorage,
  type Program,
  type ProgramStorage,
  runProgram,
  type Settings,
  startProgram,
} from "../../test/program.ts";
import { rounds } from "../../test/rounds.ts";
import type { Row } from "../../test/test-database.ts";

const kills = rounds(20);
const clients = 4;

/** A request that is repeated with the same idempotency key until it is answered. */
interface Request {
  readonly key: string;
  readonly emails: readonly string[];
}

let storage: ProgramStorage;
let mail: MailServer;
let settings: Settings;
let api: string;
let authorization: string;
let roleId: string;
const programs: Program[] = [];
/** All requests, and the ids of the acknowledged invitations by address. */
const requests: Request[] = [];
const acknowledged = new Map<string, string | undefined>();
const unanswered = new Map<number, Request>();

beforeAll(async () => {
  storage = await createMigratedStorage();
  mail = await startMailServer();
  settings = { ...storage.settings, SMTP_URL: mail.url };
  const options = ["--organization", "Lodos", "--owner-email", "o@lodos.example", "--owner-name", "Olive"];
  const made = await runProgram(
    ["setup", ...options, "--owner-password-stdin"],
    settings,
    "seven green copper gates\n",
  );
  const { organizationId, apiKey } = JSON.parse(made.stdout);
  api = `http://127.0.0.1:${settings["PORT"]}/api/v1/organizations/${organizationId}`;
  authorization = `Bearer ${apiKey}`;
  const [viewer] = await sql("SELECT role_id FROM roles WHERE name = 'Viewer'");
  roleId = String(viewer?.["role_id"]);
});
afterAll(async () => {
  for (const program of programs) await kill(program);
  await mail.close();
  await storage.remove();
});

async function sql(statement: string): Promise<readonly Row[]> {
  const database = new URL(settings["DATABASE_URL"] ?? "").pathname.slice(1);
  const url = toDatabaseUrl(serverUrl(), database);
  return asSuperuser(url, async (client) => (await client.query<Row>(statement)).rows);
}

async function startServer(): Promise<Program> {
  const program = startProgram(["serve"], settings);
  programs.push(program);
  await program.waitForOutput(/is running at/);
  return program;
}

async function kill({ child, exited }: Program): Promise<void> {
  child.kill("SIGKILL");
  await exited;
}

const isAlive = ({ child }: Program): boolean => child.exitCode === null && child.signalCode === null;

/** Every third request invites three people. */
function newRequest(): Request {
  const number = requests.length;
  const emails = (number % 3 === 0 ? ["a", "b", "c"] : ["a"]).map((who) => `${who}-${number}@x.example`);
  const request = { key: randomUUID(), emails };
  requests.push(request);
  return request;
}

async function send({ key, emails }: Request): Promise<void> {
  const answer = await fetch(`${api}/invitations`, {
    method: "POST",
    headers: { authorization, "content-type": "application/json", "idempotency-key": key },
    body: JSON.stringify({ invitations: emails.map((email) => ({ email, roleIds: [roleId] })) }),
  });
  const body = await answer.text();
  expect(answer.status, body).toBe(200);
  const { results }: SendInvitationsResult = JSON.parse(body);
  expect(results.map(({ status }) => status)).toEqual(emails.map(() => "created"));
  for (const { email, invitation } of results) acknowledged.set(email, invitation?.id);
}

/** Sends invitations until the server is killed. The request without an answer is the first of the next round. */
async function inviteUntilKilled(client: number, program: Program): Promise<void> {
  while (isAlive(program)) {
    const request = unanswered.get(client) ?? newRequest();
    unanswered.set(client, request);
    try {
      await send(request);
      unanswered.delete(client);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error; // fetch throws a TypeError when the connection is closed
    }
  }
}

/** Events of invitations, whether a server has given them their number and hash or was killed before. */
const sentEvents = ["audit_events", "unsealed_audit_events"]
  .map((table) => `SELECT target_id FROM ${table} WHERE action = 'invitations.sent'`)
  .join(" UNION ALL ");

/** Invitations with the numbers of their roles, audit events and jobs. */
const invitations = () =>
  sql(`
    SELECT i.email, i.invitation_id AS id, i.generation, i.delivery,
      (SELECT count(*)::integer FROM invitation_roles o WHERE o.invitation_id = i.invitation_id) AS roles,
      (SELECT count(*)::integer FROM (${sentEvents}) e WHERE e.target_id = i.invitation_id) AS events,
      (SELECT count(*)::integer FROM pgboss.job j WHERE j.data ->> 'invitationId' = i.invitation_id::text) AS jobs
    FROM invitations i`);

/** Expects each acknowledged invitation, each request completely or not at all, and no partial data. */
async function expectComplete(): Promise<void> {
  const rows = await invitations();
  const ids = new Map(rows.map((row) => [row["email"], row["id"]]));
  for (const [email, id] of acknowledged) expect([email, ids.get(email)]).toEqual([email, id]);
  for (const { emails } of requests)
    expect([0, emails.length]).toContain(emails.filter((email) => ids.has(email)).length);
  for (const row of rows) expect(row).toMatchObject({ generation: 1, roles: 1, events: 1, jobs: 1 });
  expect(await sql(sentEvents)).toHaveLength(rows.length);
  expect(await sql("SELECT FROM idempotency_keys WHERE answer IS NULL")).toEqual([]);
}

/** Expires the leases of jobs that killed servers held. */
async function expireJobLeases(): Promise<void> {
  await sql("UPDATE pgboss.job SET heartbeat_on = now() - interval '1 hour' WHERE state = 'active'");
}

test("loses no acknowledged invitation or email when it is killed repeatedly", async () => {
  for (let round = 0; round < kills; round += 1) {
    const program = await startServer();
    const inviting = Promise.all(
      Array.from({ length: clients }, (_, client) => inviteUntilKilled(client, program)),
    );
    // Every second server is killed at any time, the others after an answer, however slow the machine is.
    const before = acknowledged.size;
    if (round % 2 === 1)
      await expect.poll(() => acknowledged.size, { timeout: 30_000 }).toBeGreaterThan(before);
    await wait(randomInt(10, 600));
    await kill(program);
    await inviting;
  }
  expect(acknowledged.size).toBeGreaterThanOrEqual(Math.floor(kills / 2));
  await expectComplete();

  await expireJobLeases();
  await startServer();
  for (const request of unanswered.values()) await send(request);
  expect(acknowledged.size).toBe(requests.flatMap(({ emails }) => emails).length);
  const countUnsent = async (): Promise<number> => {
    await sql("UPDATE pgboss.job SET start_after = now() WHERE state = 'retry'");
    return (await sql("SELECT FROM invitations WHERE delivery <> 'sent'")).length;
  };
  await expect.poll(countUnsent, { timeout: 60_000, interval: 250 }).toBe(0);
  await expectComplete();
  expect(await runProgram(["audit", "verify"], settings)).toMatchObject({ code: 0 });

  const messageIds = Map.groupBy(mail.accepted(), ({ recipients }) => recipients.join());
  expect(new Set(messageIds.keys())).toEqual(new Set(acknowledged.keys()));
  for (const [email, messages] of messageIds)
    expect(new Set(messages.map((one) => one.email.messageId)), email).toEqual(
      new Set([`<${acknowledged.get(email)}.1@127.0.0.1>`]),
    );
}, 240_000);
