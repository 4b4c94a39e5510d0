/** An export that is under way while the log changes. */
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import { serverUrl, toDatabaseUrl } from "../../../test/database-template.ts";
import { replaceLastEvent } from "../../../test/test-database.ts";
import { record } from "../../audit/record.ts";
import { sealCommittedEvents } from "../../audit/seal.ts";
import { exportAuditEvents } from "./export-events.ts";

let t: TestApp;
beforeAll(async () => {
  t = await createTestApp();
});
afterAll(() => t.close());

const origin = { ip: null, userAgent: null, requestId: "r" };
const target = { type: "role", id: null, name: "x" };

/** An organization, and a function that adds events to its log. */
async function createLog() {
  const { organizationId } = await t.organization();
  const actor = { type: "system", id: null, name: "Test", organizationId, origin } as const;
  const happen = (length: number) =>
    t.db.tenant(organizationId, (tx) =>
      record(
        t.deps,
        tx,
        actor,
        Array.from({ length }, () => ({ action: "roles.edited", target }) as const),
      ),
    );
  const startExport = async () =>
    (await exportAuditEvents(t.deps, actor as never, { format: "ndjson" }))[Symbol.asyncIterator]();
  return { organizationId, happen, startExport };
}

const readLines = (piece: unknown) => String(piece).trimEnd().split("\n");

test("an export fails instead of continuing in the log of another history", async () => {
  const { organizationId, happen, startExport } = await createLog();
  await happen(999); // with the event of the export itself: one page
  const reading = await startExport();
  expect(readLines((await reading.next()).value)).toHaveLength(1_000);
  await replaceLastEvent(t, organizationId);
  await happen(10);
  await expect(reading.next()).rejects.toThrow("restored");
});

test("events that are sealed during an export are exported once, a page at a time", async () => {
  const { organizationId, happen, startExport } = await createLog();
  await happen(10);
  await sealCommittedEvents(t.db, organizationId);
  const sealer = new pg.Client(toDatabaseUrl(serverUrl(), new URL(t.url ?? "").pathname.slice(1)));
  await sealer.connect();
  await sealer.query("BEGIN");
  await sealer.query("SELECT FROM audit_heads WHERE organization_id = $1 FOR UPDATE", [organizationId]);
  await happen(2_500);

  const reading = await startExport();
  const lines = readLines((await reading.next()).value);
  expect(lines).toHaveLength(1_010);
  await sealer.end();
  await sealCommittedEvents(t.db, organizationId);
  for (let next = await reading.next(); next.done !== true; next = await reading.next())
    lines.push(...readLines(next.value));
  const events = lines.filter((line) => line !== "").map((line) => JSON.parse(line));
  expect(new Set(events.map(({ id }) => id)).size).toBe(2_511); // and the event of the export itself
  expect(events).toHaveLength(2_511);
  expect(events.filter(({ sequence }) => sequence === null)).toHaveLength(1_000);
});
