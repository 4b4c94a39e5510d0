import { rmSync } from "node:fs";
import { permissionSet } from "@gatehouse/access";
import { ownCatalogue } from "@gatehouse/access/catalogue";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import type { TestOrganization } from "../../../test/factories.ts";
import { followEvents } from "../../../test/follow-events.ts";
import { freePort, startProgram, temporaryFolder } from "../../../test/program.ts";
import { record } from "../../audit/record.ts";
import { DatabaseUnavailable } from "../../database/database.ts";
import { createDatabase } from "../../database/open.ts";
import { openPostgres } from "../../database/open-postgres.ts";
import type { Actor } from "../../http/actor.ts";
import { Refusal } from "../../http/refusal.ts";
import { type ChangeFeed, createChangeFeed, type Seat } from "./change-feed.ts";
import { eventStream, type Pace } from "./event-stream.ts";
import { formatPosition, type Position, origin as start } from "./position.ts";

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

/** Writes events into an organization's log, as the application does. */
async function happen(db = t.db, count = 1, { organizationId } = acme): Promise<void> {
  const actor = { type: "system", id: null, name: "Test", organizationId, origin } as const;
  const entries = Array.from({ length: count }, () => ({ action: "roles.edited", target }) as const);
  await db.tenant(organizationId, (tx) => record(t.deps, tx, actor, entries));
}

async function headOf({ organizationId }: TestOrganization): Promise<Position> {
  const [row] = await t.sql("SELECT sequence, hash FROM audit_heads WHERE organization_id = $1", [
    organizationId,
  ]);
  return row === undefined ? start : { sequence: Number(row["sequence"]), hash: String(row["hash"]) };
}

function follow(every: number, head: Position): { readonly feed: ChangeFeed; readonly seat: Seat } {
  const feed = createChangeFeed(t.db, every);
  onTestFinished(feed.close);
  return { feed, seat: feed.join(acme.organizationId, head) };
}

/** Another connection to the same database, from which no word comes to this process. */
function elsewhere() {
  const db = createDatabase(openPostgres(t.url ?? ""));
  onTestFinished(db.close);
  return db;
}

test("a commit of this process is seen at once, without waiting for the next look", async () => {
  const head = await headOf(acme);
  const { seat } = follow(3_600_000, head);
  const seen = seat.next(head, never);
  await happen();
  await seen;
  expect((await seat.after(head))?.map(({ sequence }) => sequence)).toEqual([head.sequence + 1]);
});

test("a transaction that failed has told nothing", async () => {
  const told: string[] = [];
  onTestFinished(t.db.onChange((organizationId) => told.push(organizationId)));
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
  expect(told).toEqual([]);
  await happen();
  expect(told).toEqual([acme.organizationId]);
});

test("what another process commits is seen at the next look, in order and once", async () => {
  const head = await headOf(acme);
  const { seat } = follow(20, head);
  const other = elsewhere();
  const seen: Position[] = [];
  const all = (async () => {
    while (seen.length < 1_230) {
      const last = seen.at(-1) ?? head;
      await seat.next(last, never);
      seen.push(...((await seat.after(last)) ?? []));
    }
  })();
  for (const count of [1, 700, 29, 500]) await happen(other, count);
  await all;
  const sequences = seen.map(({ sequence }) => sequence);
  expect(sequences).toEqual(Array.from({ length: 1_230 }, (_, index) => head.sequence + 1 + index));
});

test("nobody who follows means no looking", async () => {
  let looks = 0;
  const counting: typeof t.db.tenant = (...given) => {
    looks += 1;
    return t.db.tenant(...given);
  };
  const feed = createChangeFeed({ tenant: counting, onChange: t.db.onChange }, 5);
  onTestFinished(feed.close);
  const seats = [1, 2].map(() => feed.join(acme.organizationId, start));
  await expect.poll(() => looks).toBeGreaterThan(5);
  for (const seat of seats) seat.leave();
  const before = looks;
  const head = await headOf(acme);
  const { seat } = follow(5, head);
  for (let round = 0; round < 5; round += 1) {
    await happen(elsewhere());
    await seat.next({ ...head, sequence: head.sequence + round }, never);
  }
  expect(looks - before).toBeLessThanOrEqual(1); // one may have been under way
});

const pace: Pace = { check: 20, heartbeat: 60, rest: 0 };

/** A stream of what happens from now on, as somebody is told it who may see everything. */
async function* stream(again: (actor: Actor) => Promise<Actor>, gone = never): AsyncGenerator<string> {
  const head = await headOf(acme);
  const { feed, seat } = follow(10, head);
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
    origin,
  };
  const follower = { actor, again: () => again(actor), gone };
  yield* eventStream(feed, seat, follower, { position: head, isReset: false }, pace);
}

test("a stream in which nothing happens says now and then that it is alive", async () => {
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
  ["nobody can say whether they may be told", new DatabaseUnavailable("It is away.")],
  ["they may not be told any more", new Refusal("auth/required", { detail: "Sign in." })],
])("a stream ends in silence when %s", async (_, failure) => {
  const told: string[] = [];
  const again = async (actor: Actor) => {
    if (told.length === 0) return actor;
    throw failure;
  };
  for await (const piece of stream(again)) {
    if (piece.includes("event: change")) told.push(piece);
    await happen();
  }
  expect(told).toHaveLength(1);
});

test("what another program does arrives within a second and a half", async () => {
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
    await program.ended;
    rmSync(folder, { recursive: true });
  });
  const [, address] = await program.said(/is running at (\S+)\n/);
  const base = await t.app.listen({ port: 0, host: "127.0.0.1" });
  const path = `/api/v1/organizations/${acme.organizationId}`;
  const cookie = `gatehouse=${await t.session(acme.owner)}`;
  const following = await followEvents(`${base}${path}/events?after=${formatPosition(await headOf(acme))}`, {
    cookie,
  });
  onTestFinished(following.close);
  const { key } = await t.apiKey(acme);

  const answer = await fetch(`${address}${path}/roles`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    body: JSON.stringify({ name: "From elsewhere", permissions: [] }),
  });
  expect(answer.status).toBe(201);
  const answeredAt = performance.now();
  await following.until(() => following.actions().includes("roles.created"));
  expect(performance.now() - answeredAt).toBeLessThan(1_500);
  expect(following.events.at(-1)?.data.requestId).toBe(answer.headers.get("x-request-id"));
}, 30_000);
