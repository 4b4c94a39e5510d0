import { expect, test, vi } from "vitest";
import type { Database } from "../database/database.ts";
import { createLastUse } from "./last-use.ts";

const start = new Date("2026-03-02T09:00:00Z").getTime();
const after = (seconds: number) => new Date(start + seconds * 1000);
const key = (apiKeyId: string) => ({ apiKeyId, lastUsedAt: null });
const log = { debug: vi.fn() };

/** The notes of a process whose database does what `answer` does, and the transactions that it saw. */
function create(answer: () => Promise<unknown>) {
  const seen: (string | null)[] = [];
  const db = {
    tenant: async (organizationId: string) => {
      seen.push(organizationId);
      return answer();
    },
    shared: async () => {
      seen.push(null);
      return answer();
    },
  } as unknown as Pick<Database, "tenant" | "shared">;
  return { lastUse: createLastUse({ db, log }), seen };
}

test("many uses take one transaction for each organization and one for sessions", async () => {
  const { lastUse, seen } = create(async () => undefined);
  for (let at = 0; at < 100; at += 1) {
    lastUse.noteKey("acme", key(`key ${at % 3}`), after(0));
    lastUse.noteUser("acme", { userId: "ada", lastActiveAt: null }, after(0));
    lastUse.noteKey("other", key("key"), after(0));
    lastUse.noteSession({ accountId: "ada", sessionId: String(at), lastSeenAt: new Date(0) }, after(0));
  }
  expect(seen).toEqual([]);
  await lastUse.flush();
  expect(seen.toSorted()).toEqual(["acme", null, "other"]); // as texts
});

test("a use is noted at most once a minute", async () => {
  const { lastUse, seen } = create(async () => undefined);
  for (const second of [0, 1, 59, 60, 61]) {
    lastUse.noteKey("acme", key("key"), after(second));
    await lastUse.flush();
  }
  lastUse.noteKey("acme", { apiKeyId: "another", lastUsedAt: after(62) }, after(100));
  await lastUse.flush();
  expect(seen).toEqual(["acme", "acme"]);
});

test("what can't be written fails nobody, and is tried again at a use a minute later", async () => {
  const { lastUse, seen } = create(() => Promise.reject(new Error("The database is read-only.")));
  for (const second of [0, 1, 30]) {
    lastUse.noteKey("acme", key("key"), after(second));
    await lastUse.flush();
  }
  expect(seen).toEqual(["acme"]);
  lastUse.noteKey("acme", key("key"), after(60));
  await lastUse.flush();
  expect(seen).toEqual(["acme", "acme"]);
});

test("a database that doesn't answer holds up nobody, and is asked one thing at a time", async () => {
  const { lastUse, seen } = create(() => new Promise(() => undefined));
  for (let at = 0; at < 50; at += 1) {
    lastUse.noteKey("acme", key(`key ${at}`), after(0));
    void lastUse.flush();
  }
  await expect.poll(() => seen).toEqual(["acme"]);
});
