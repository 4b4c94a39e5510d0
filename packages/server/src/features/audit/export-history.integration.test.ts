/** An export that is under way while the database becomes an older one. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import type { TestOrganization } from "../../../test/factories.ts";
import { replaceLastEvent } from "../../../test/test-database.ts";
import { record } from "../../audit/record.ts";
import { exportAuditEvents } from "./export-events.ts";

let t: TestApp;
let acme: TestOrganization;
beforeAll(async () => {
  t = await createTestApp();
  acme = await t.organization();
});
afterAll(() => t.close());

test("an export fails instead of continuing in the log of another history", async () => {
  const { organizationId } = acme;
  const origin = { ip: null, userAgent: null, requestId: "r" };
  const actor = { type: "system", id: null, name: "Test", organizationId, origin } as const;
  const target = { type: "role", id: null, name: "x" };
  const entries = (length: number) =>
    Array.from({ length }, () => ({ action: "roles.edited", target }) as const);
  const happen = (length: number) =>
    t.db.tenant(organizationId, (tx) => record(t.deps, tx, actor, entries(length)));
  await happen(999); // with the event of the export itself: one page
  const pieces = await exportAuditEvents(t.deps, actor as never, { format: "ndjson" });
  const reading = pieces[Symbol.asyncIterator]();
  const first = await reading.next();
  expect(String(first.value).trimEnd().split("\n")).toHaveLength(1_000);
  await replaceLastEvent(t, organizationId);
  await happen(10);
  await expect(reading.next()).rejects.toThrow("restored");
});
