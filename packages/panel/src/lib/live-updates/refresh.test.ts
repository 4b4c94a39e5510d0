import type { ChangeEvent } from "@gatehouse/sdk/contract";
import { QueryClient, QueryObserver } from "@tanstack/react-query";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createOwnChanges, type OwnChanges } from "../api/own-changes.ts";
import { type PendingUpdates, pendingUpdatesKey } from "../lists/pending-updates.ts";
import { createRefresh, type Refresh } from "./refresh.ts";

const users = ["api", "o1", "GET /organizations/:organizationId/users", { query: {} }];
const user = ["api", "o1", "GET /organizations/:organizationId/users/:userId", { params: { userId: "a" } }];

let client: QueryClient;
let ownChanges: OwnChanges;
let refresh: Refresh;
let ids: string;
let name: string;
let listReads: number;
let userReads: number;
const subscriptions: (() => void)[] = [];

beforeEach(async () => {
  vi.useFakeTimers();
  [ids, name, listReads, userReads] = ["abc", "old", 0, 0];
  client = new QueryClient();
  ownChanges = createOwnChanges();
  refresh = createRefresh({ client, organizationId: "o1", ownChanges });
  const list = new QueryObserver(client, {
    queryKey: users,
    meta: { keepsRows: true },
    queryFn: async () => {
      listReads += 1;
      return { etag: "", body: { items: [...ids].map((id) => ({ id, name })), nextCursor: null } };
    },
  });
  const one = new QueryObserver(client, {
    queryKey: user,
    queryFn: async () => {
      userReads += 1;
      return { etag: "", body: { id: "a", name } };
    },
  });
  subscriptions.push(
    list.subscribe(() => undefined),
    one.subscribe(() => undefined),
  );
  await vi.advanceTimersByTimeAsync(0);
});
afterEach(() => {
  refresh.stop();
  for (const unsubscribe of subscriptions.splice(0)) unsubscribe();
  client.clear();
  vi.useRealTimers();
});

const change = (requestId = "theirs", action = "users.edited"): ChangeEvent => ({
  sequence: 1,
  action,
  target: { type: "user", id: "a" },
  actorId: "u",
  requestId,
});

function shown(): readonly string[] {
  const data = client.getQueryData<{ body: { items: { id: string; name: string }[] } }>(users);
  return data?.body.items.map((row) => `${row.id} ${row.name}`) ?? [];
}

/** Pending rows; 0 when they belong to another response than the displayed one. */
function pendingCount(): number {
  const updates = client.getQueryData<PendingUpdates>(pendingUpdatesKey(users));
  return updates?.dataUpdateCount === client.getQueryState(users)?.dataUpdateCount
    ? (updates?.count ?? 0)
    : 0;
}

test("refetches once after several changes of others", async () => {
  name = "new";
  refresh.handleChange(change());
  refresh.handleChange(change());
  await vi.advanceTimersByTimeAsync(100);
  expect(shown()).toEqual(["a new", "b new", "c new"]);
  expect(client.getQueryData(user)).toMatchObject({ body: { name: "new" } });
  expect([listReads, userReads, pendingCount()]).toEqual([2, 2, 0]);
});

test("updates existing rows, and counts inserted and removed ones as pending", async () => {
  [ids, name] = ["bcd", "new"];
  refresh.handleChange(change());
  await vi.advanceTimersByTimeAsync(100);
  expect(shown()).toEqual(["a old", "b new", "c new"]);
  expect(pendingCount()).toBe(2);

  await client.invalidateQueries({ queryKey: users });
  expect(shown()).toEqual(["b new", "c new", "d new"]);
  expect(pendingCount()).toBe(0);
});

test("does not refetch after a change of this page, even when its event arrives before the response", async () => {
  const answer = Promise.withResolvers<void>();
  const saving = ownChanges.track(async (onRequestId) => {
    await answer.promise;
    onRequestId("mine");
  });
  refresh.handleChange(change("mine"));
  await vi.advanceTimersByTimeAsync(5_000);
  expect([listReads, userReads]).toEqual([1, 1]);
  answer.resolve();
  await saving;
  await vi.advanceTimersByTimeAsync(5_000);
  expect([listReads, userReads]).toEqual([1, 1]);

  refresh.handleChange(change("theirs"));
  await vi.advanceTimersByTimeAsync(5_000);
  expect([listReads, userReads]).toEqual([2, 2]);
});

test("refetches about once a second during many changes, and includes the last one", async () => {
  for (let n = 0; n < 100; n += 1) {
    refresh.handleChange(change());
    name = `edit ${n}`;
    await vi.advanceTimersByTimeAsync(50);
  }
  await vi.advanceTimersByTimeAsync(2_000);
  expect(listReads).toBeLessThanOrEqual(8);
  expect(shown()[0]).toBe("a edit 99");
});

test("leaves unaffected queries alone, and refetches all of them after a reset", async () => {
  refresh.handleChange(change("theirs", "invitations.sent"));
  await vi.advanceTimersByTimeAsync(2_000);
  expect([listReads, userReads]).toEqual([1, 1]);
  refresh.handleReset();
  await vi.advanceTimersByTimeAsync(2_000);
  expect([listReads, userReads]).toEqual([2, 2]);
});

test("does not overwrite a list that was refetched meanwhile", async () => {
  const slow = Promise.withResolvers<void>();
  const query = client.getQueryCache().find({ queryKey: users });
  const read = query?.options.queryFn as () => Promise<unknown>;
  query?.setOptions({
    ...query.options,
    queryFn: async () => {
      const answer = await read();
      await slow.promise;
      return answer;
    },
  });
  refresh.handleChange(change());
  await vi.advanceTimersByTimeAsync(200);
  client.setQueryData(users, { etag: "", body: { items: [{ id: "z", name: "own" }], nextCursor: null } });
  slow.resolve();
  await vi.advanceTimersByTimeAsync(200);
  expect(shown()).toEqual(["z own"]);
  expect(pendingCount()).toBe(0);
});
