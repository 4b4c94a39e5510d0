import { rmSync } from "node:fs";
import { permissionSet } from "@gatehouse/access";
import { ownCatalogue } from "@gatehouse/access/catalogue";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { freePort } from "../../../../../scripts/testing/free-port.mjs";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import { openEventStream } from "../../../test/event-stream-client.ts";
import type { TestOrganization } from "../../../test/factories.ts";
import { startProgram, temporaryFolder } from "../../../test/program.ts";
import { record } from "../../audit/record.ts";
import type { Actor } from "../../auth/actor.ts";
import { DatabaseUnavailable } from "../../db/database.ts";
import { createDatabase, openPostgres } from "../../db/open.ts";
import { ApiError } from "../../errors/api-error.ts";
import { type ChangeFeed, createChangeFeed, type Subscription } from "./change-feed.ts";
import { eventStream, type StreamTiming } from "./event-stream.ts";
import { formatPosition, type Position, startPosition as start } from "./position.ts";

let t: TestApp;
let acme: TestOrganization;
beforeAll(async () => {
  t = await createTestApp();
  acme = await t.organization();
});
afterAll(() => t.close());

const never = new AbortController().signal;
const origin = { ip: null, userAgent: null, requestId: "r" };
const target = { type: "role", id: null, name: "x" };

/** Appends events to an organization's audit log. */
async function appendEvents(db = t.db, count = 1, { organizationId } = acme): Promise<void> {
  const actor = { type: "system", id: null, name: "Test", organizationId, origin } as const;
  const entries = Array.from({ length: count }, () => ({ action: "roles.edited", target }) as const);
  await db.tenant(organizationId, (tx) => record(t.deps, tx, actor, entries));
}

async function readHead({ organizationId }: TestOrganization): Promise<Position> {
  const [row] = await t.sql("SELECT sequence, hash FROM audit_heads WHERE organization_id = $1", [
    organizationId,
  ]);
  return row === undefined ? start : { sequence: Number(row["sequence"]), hash: String(row["hash"]) };
}

function openFeed(
  intervalMs: number,
  head: Position,
): { readonly feed: ChangeFeed; readonly subscription: Subscription } {
  const feed = createChangeFeed(t.db, intervalMs);
  onTestFinished(feed.close);
  return { feed, subscription: feed.subscribe(acme.organizationId, head) };
}

/** Another connection to the same database, whose commits don't notify this process. */
function openOtherDatabase() {
  const db = createDatabase(openPostgres(t.url ?? ""));
  onTestFinished(db.close);
  return db;
}

test("reads a commit of this process immediately, without waiting for the next poll", async () => {
  const head = await readHead(acme);
  const { subscription } = openFeed(3_600_000, head);
  const seen = subscription.waitForNext(head, never);
  await appendEvents();
  await seen;
  expect((await subscription.readAfter(head))?.map(({ sequence }) => sequence)).toEqual([head.sequence + 1]);
});

test("a failed transaction sends no notification", async () => {
  const sent: string[] = [];
  onTestFinished(t.db.onChange((organizationId) => sent.push(organizationId)));
  const failing = t.db.tenant(acme.organizationId, async (tx) => {
    await record(
      t.deps,
      tx,
      { type: "system", id: null, name: "T", organizationId: acme.organizationId, origin },
      [{ action: "roles.edited", target }],
    );
    throw new Error("no");
  });
  await expect(failing).rejects.toThrow("no");
  expect(sent).toEqual([]);
  await appendEvents();
  expect(sent).toEqual([acme.organizationId]);
});

test("reads commits of another process at the next poll, in order and once", async () => {
  const head = await readHead(acme);
  const { subscription } = openFeed(20, head);
  const other = openOtherDatabase();
  const seen: Position[] = [];
  const all = (async () => {
    while (seen.length < 1_230) {
      const last = seen.at(-1) ?? head;
      await subscription.waitForNext(last, never);
      seen.push(...((await subscription.readAfter(last)) ?? []));
    }
  })();
  for (const count of [1, 700, 29, 500]) await appendEvents(other, count);
  await all;
  const sequences = seen.map(({ sequence }) => sequence);
  expect(sequences).toEqual(Array.from({ length: 1_230 }, (_, index) => head.sequence + 1 + index));
});

test("stops polling without subscribers", async () => {
  let polls = 0;
  const counting: typeof t.db.tenant = (...given) => {
    polls += 1;
    return t.db.tenant(...given);
  };
  const feed = createChangeFeed({ tenant: counting, onChange: t.db.onChange }, 5);
  onTestFinished(feed.close);
  const subscriptions = [1, 2].map(() => feed.subscribe(acme.organizationId, start));
  await expect.poll(() => polls).toBeGreaterThan(5);
  for (const subscription of subscriptions) subscription.unsubscribe();
  const before = polls;
  const head = await readHead(acme);
  const { subscription } = openFeed(5, head);
  for (let round = 0; round < 5; round += 1) {
    await appendEvents(openOtherDatabase());
    await subscription.waitForNext({ ...head, sequence: head.sequence + round }, never);
  }
  expect(polls - before).toBeLessThanOrEqual(1); // one poll may have been running
});

const pace: StreamTiming = { authCheckMs: 20, heartbeatMs: 60, batchDelayMs: 0 };

/** A stream from the current position, for an actor with all permissions. */
async function* stream(again: (actor: Actor) => Promise<Actor>, gone = never): AsyncGenerator<string> {
  const head = await readHead(acme);
  const { feed, subscription } = openFeed(10, head);
  const actor: Actor = {
    type: "user",
    id: acme.owner.userId,
    name: acme.owner.name,
    organizationId: acme.organizationId,
    ownUserId: acme.owner.userId,
    accountId: acme.owner.accountId,
    sessionId: null,
    language: "en",
    catalogue: ownCatalogue,
    permissions: permissionSet.all(ownCatalogue),
    permissionEnds: new Map(),
    origin,
  };
  const subscriber = { actor, reauthenticate: () => again(actor), signal: gone };
  yield* eventStream(feed, subscription, subscriber, { position: head, isReset: false }, pace);
}

test("sends heartbeats while there are no events", async () => {
  const leaving = new AbortController();
  const pieces: string[] = [];
  for await (const piece of stream(async (actor) => actor, leaving.signal)) {
    pieces.push(piece);
    if (pieces.length === 4) leaving.abort();
  }
  expect(pieces[0]).toMatch(/^retry: 3000\nevent: ready\nid: \d+\.[0-9a-f]{64}\ndata: {}\n\n$/);
  for (const piece of pieces.slice(1))
    expect(piece).toMatch(/^event: position\nid: \d+\.[0-9a-f]{64}\ndata: {}\n\n$/);
});

test.each([
  ["the database is unavailable", new DatabaseUnavailable("It is away.")],
  ["the client loses access", new ApiError("auth/required", { detail: "Sign in." })],
])("ends the stream without further events when %s", async (_, failure) => {
  const sent: string[] = [];
  const again = async (actor: Actor) => {
    if (sent.length === 0) return actor;
    throw failure;
  };
  for await (const piece of stream(again)) {
    if (piece.includes("event: change")) sent.push(piece);
    await appendEvents();
  }
  expect(sent).toHaveLength(1);
});

test("events of another process arrive", async () => {
  const folder = temporaryFolder();
  const program = startProgram(["serve"], {
    DATA_DIR: folder,
    DATABASE_URL: t.url ?? "",
    SECRET_KEY: "a secret key that only tests know, 32+",
    PORT: String(await freePort()),
    WORKER: "off",
  });
  onTestFinished(async () => {
    program.child.kill("SIGKILL");
    await program.exited;
    rmSync(folder, { recursive: true });
  });
  const [, address] = await program.waitForOutput(/is running at (\S+)\n/);
  const base = await t.app.listen({ port: 0, host: "127.0.0.1" });
  const path = `/api/v1/organizations/${acme.organizationId}`;
  const cookie = `gatehouse=${await t.session(acme.owner)}`;
  const client = await openEventStream(
    `${base}${path}/events?after=${formatPosition(await readHead(acme))}`,
    {
      cookie,
    },
  );
  onTestFinished(client.close);
  const { key } = await t.apiKey(acme);

  const response = await fetch(`${address}${path}/roles`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    body: JSON.stringify({ name: "From elsewhere", permissions: [] }),
  });
  expect(response.status).toBe(201);
  await client.waitUntil(() => client.actions().includes("roles.created"));
  expect(client.events.at(-1)?.data.requestId).toBe(response.headers.get("x-request-id"));
});
