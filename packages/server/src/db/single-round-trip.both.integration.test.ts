/** Look-ups: one statement, one message, and the same walls as any other transaction. */

import pg from "pg";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { createTestApp, type TestApp } from "../../test/create-test-app.ts";
import type { TestOrganization } from "../../test/factories.ts";
import { prepare, sql } from "./sql.ts";

let t: TestApp;
let acme: TestOrganization;
let other: TestOrganization;

beforeAll(async () => {
  t = await createTestApp();
  acme = await t.organization("Acme");
  other = await t.organization("Other");
});
afterAll(() => t.close());

const organization = (id: string, name = "") => sql<{
  name: string;
  said: string;
}>`${prepare("testOrganization")}
  SELECT name, ${name}::text AS said FROM organizations WHERE organization_id = ${id}`;

test("a prepared statement is sent in one message, with the same result", async () => {
  const answer = [{ name: "Acme", said: "" }];
  const messages = async (): Promise<number> => {
    const sent = vi.spyOn(pg.Client.prototype, "query");
    expect(await t.db.readInOneRoundTrip(acme.organizationId, organization(acme.organizationId))).toEqual(
      answer,
    );
    const { length } = sent.mock.calls;
    sent.mockRestore();
    return length;
  };
  expect(await messages()).toBeGreaterThan(1);
  await expect.poll(messages).toBe(1);
});

test("another organization's rows are invisible, whatever the statement selects", async () => {
  for (const _ of [1, 2, 3])
    expect(await t.db.readInOneRoundTrip(acme.organizationId, organization(other.organizationId))).toEqual(
      [],
    );
  await expect(
    t.db.readInOneRoundTrip("'; reset role; --", organization(acme.organizationId)),
  ).rejects.toThrow(TypeError);
});

test("any text is treated as a value, and the connection keeps no state", async () => {
  const texts = ["'); reset role; select ('", "\\'; drop table users; --", "$1", "“İ’ş”", "a\nb", "\\"];
  for (const text of [...texts, ...texts]) {
    const answer = await t.db.readInOneRoundTrip(
      acme.organizationId,
      organization(acme.organizationId, text),
    );
    expect(answer).toEqual([{ name: "Acme", said: text }]);
  }
  const nul = t.db.readInOneRoundTrip(
    acme.organizationId,
    organization(acme.organizationId, "a\0'); reset role; --"),
  );
  await expect(nul).rejects.toThrow(TypeError);
  await expect(t.db.shared((tx) => tx.query(sql`SELECT * FROM organizations`))).rejects.toThrow();
});

test("a writing and a failing statement throw, and the connection stays usable", async () => {
  const writing = sql`${prepare("testWriting")} UPDATE organizations SET name = 'x' WHERE organization_id = ${acme.organizationId} RETURNING name`;
  const failing = sql`${prepare("testFailing")} SELECT 1 / (SELECT count(*) FROM organizations WHERE organization_id = ${acme.organizationId} AND name = ${"?"})`;
  for (const _ of [1, 2, 3]) {
    await expect(t.db.readInOneRoundTrip(acme.organizationId, writing)).rejects.toThrow("read-only");
    await expect(t.db.readInOneRoundTrip(acme.organizationId, failing)).rejects.toThrow("division by zero");
    const answer = await t.db.readInOneRoundTrip(acme.organizationId, organization(acme.organizationId));
    expect(answer).toHaveLength(1);
  }
});

test("throws inside a transaction", async () => {
  const nested = t.db.tenant(acme.organizationId, () =>
    t.db.readInOneRoundTrip(acme.organizationId, organization(acme.organizationId)),
  );
  await expect(nested).rejects.toThrow("inside another");
});
