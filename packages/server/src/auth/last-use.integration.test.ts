import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestApp, type TestApp } from "../../test/create-test-app.ts";
import { serverUrl, toDatabaseUrl } from "../../test/database-template.ts";
import type { TestOrganization } from "../../test/factories.ts";
import type { Engine } from "../db/engine.ts";
import { createDatabase, openPostgres } from "../db/open.ts";
import { createLastUse, type LastUse } from "./last-use.ts";

let t: TestApp;
let acme: TestOrganization;
let locker: pg.Client;
/** With the time-outs of a server: what waits for a lock fails. */
let engine: Engine;
let lastUse: LastUse;

beforeAll(async () => {
  t = await createTestApp();
  acme = await t.organization();
  locker = new pg.Client({
    connectionString: toDatabaseUrl(serverUrl(), new URL(t.url ?? "").pathname.slice(1)),
  });
  await locker.connect();
  engine = openPostgres(t.url ?? "");
  lastUse = createLastUse({ db: createDatabase(engine), log: t.deps.log });
});
afterAll(async () => {
  await locker.end();
  await engine.close();
  await t.close();
});

const at = (minute: number) => new Date(Date.UTC(2026, 2, 2, 9, minute));

async function signIn(): Promise<string> {
  const before = await t.sql("SELECT session_id FROM sessions");
  await t.session(acme.owner);
  const known = before.map((row) => row["session_id"]);
  const [made] = await t.sql("SELECT session_id FROM sessions WHERE session_id <> ALL ($1)", [known]);
  return String(made?.["session_id"]);
}

/** Notes a use of each session at one moment, and writes it down. */
async function use(sessionIds: readonly string[], minute: number): Promise<void> {
  const { accountId } = acme.owner;
  for (const sessionId of sessionIds)
    lastUse.recordOrganizationSession(
      acme.organizationId,
      { accountId, sessionId, lastUsedHere: null },
      at(minute),
    );
  await lastUse.flush();
}

/** When a session was used here. */
async function usedAt(sessionId: string): Promise<unknown> {
  const [row] = await t.sql(
    `SELECT x.last_used_at FROM session_uses x JOIN sessions s ON s.token_hash = x.session_hash
     WHERE x.organization_id = $1 AND s.session_id = $2`,
    [acme.organizationId, sessionId],
  );
  return row?.["last_used_at"] ?? null;
}

test("the use of a locked session row is skipped, and all others are written", async () => {
  const [locked, free, fresh] = [await signIn(), await signIn(), await signIn()];
  await use([locked, free], 0);
  expect(await Promise.all([locked, free, fresh].map(usedAt))).toEqual([at(0), at(0), null]);
  await locker.query("BEGIN");
  await locker.query(
    `SELECT FROM session_uses WHERE session_hash = (SELECT token_hash FROM sessions WHERE session_id = $1) FOR UPDATE`,
    [locked],
  );
  await use([locked, free, fresh], 2);
  expect(await Promise.all([locked, free, fresh].map(usedAt))).toEqual([at(0), at(2), at(2)]);
  await locker.query("ROLLBACK");
  await use([locked, free, fresh], 4);
  expect(await Promise.all([locked, free, fresh].map(usedAt))).toEqual([at(4), at(4), at(4)]);
});

test("while the organization's row is locked, known sessions are written now and new ones later", async () => {
  const [known, fresh] = [await signIn(), await signIn()];
  await use([known], 0);
  await locker.query("BEGIN");
  await locker.query("SELECT FROM organizations WHERE organization_id = $1 FOR UPDATE", [
    acme.organizationId,
  ]);
  await use([known, fresh], 2);
  expect(await Promise.all([known, fresh].map(usedAt))).toEqual([at(2), null]);
  await locker.query("ROLLBACK");
  await use([fresh], 4);
  expect(await usedAt(fresh)).toEqual(at(4));
});
