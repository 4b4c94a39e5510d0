import { expect, test, vi } from "vitest";
import { type Database, DatabaseUnavailable } from "../db/database.ts";
import { createLastUse } from "./last-use.ts";

const start = new Date("2026-03-02T09:00:00Z").getTime();
const after = (seconds: number) => new Date(start + seconds * 1000);
const key = (apiKeyId: string) => ({ apiKeyId, lastUsedAt: null });
const log = { debug: vi.fn() };

/** A recorder whose database runs `transaction`, and the transactions that it saw. */
function create(transaction: () => Promise<unknown>) {
  const seen: (string | null)[] = [];
  const db = {
    tenant: async (organizationId: string) => {
      seen.push(organizationId);
      return transaction();
    },
    shared: async () => {
      seen.push(null);
      return transaction();
    },
  } as unknown as Pick<Database, "tenant" | "shared">;
  return { lastUse: createLastUse({ db, log }), seen };
}

test("many uses are written in one transaction per organization and one for sessions", async () => {
  const { lastUse, seen } = create(async () => undefined);
  for (let at = 0; at < 100; at += 1) {
    lastUse.recordKey("acme", key(`key ${at % 3}`), after(0));
    lastUse.recordUser("acme", { userId: "ada", lastActiveAt: null }, after(0));
    lastUse.recordKey("other", key("key"), after(0));
    lastUse.recordSession({ accountId: "ada", sessionId: String(at), lastSeenAt: new Date(0) }, after(0));
  }
  expect(seen).toEqual([]);
  await lastUse.flush();
  expect(seen.toSorted()).toEqual(["acme", null, "other"]); // sorted as strings
});

test("a use is recorded at most once a minute", async () => {
  const { lastUse, seen } = create(async () => undefined);
  for (const second of [0, 1, 59, 60, 61]) {
    lastUse.recordKey("acme", key("key"), after(second));
    await lastUse.flush();
  }
  lastUse.recordKey("acme", { apiKeyId: "another", lastUsedAt: after(62) }, after(100));
  await lastUse.flush();
  expect(seen).toEqual(["acme", "acme"]);
});

test("a failed write causes no error, and is retried at a use a minute later", async () => {
  const { lastUse, seen } = create(() => Promise.reject(new Error("The database is read-only.")));
  for (const second of [0, 1, 30]) {
    lastUse.recordKey("acme", key("key"), after(second));
    await lastUse.flush();
  }
  expect(seen).toEqual(["acme"]);
  lastUse.recordKey("acme", key("key"), after(60));
  await lastUse.flush();
  expect(seen).toEqual(["acme", "acme"]);
});

test.each([
  ["busy", ["acme", "other"]],
  ["organization-busy", ["acme", "other"]],
  ["unreachable", ["acme"]],
] as const)(
  "when one organization's write finds the database %s, these are tried: %j",
  async (reason, tried) => {
    const failure = new DatabaseUnavailable("It is not available.", { reason });
    const { lastUse, seen } = create(() => Promise.reject(failure));
    for (const id of ["acme", "other"]) lastUse.recordKey(id, key("key"), after(0));
    await lastUse.flush();
    expect(seen).toEqual(tried);
  },
);

test("a hanging database delays no request, and gets one write at a time", async () => {
  const { lastUse, seen } = create(() => new Promise(() => undefined));
  for (let at = 0; at < 50; at += 1) {
    lastUse.recordKey("acme", key(`key ${at}`), after(0));
    void lastUse.flush();
  }
  await expect.poll(() => seen).toEqual(["acme"]);
});
