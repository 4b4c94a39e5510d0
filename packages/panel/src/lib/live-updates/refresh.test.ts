import type { ChangeEvent } from "@gatehouse/sdk/contract";
import { QueryClient, QueryObserver } from "@tanstack/react-query";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createOwnChanges, type OwnChanges } from "../api/use-api.tsx";
import { type PendingUpdates, pendingUpdatesKey } from "../lists/updates-banner.tsx";
import { createRefresh, isListPage, mergePage, type Refresh } from "./refresh.ts";

describe("createRefresh", () => {
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
});

describe("mergePage", () => {
  const page = (ids: string, nextCursor: string | null = null, name = "old") => ({
    etag: "",
    body: { items: [...ids].map((id) => ({ id, name })), nextCursor, total: { count: ids.length } },
  });
  const formatItems = ({ body }: ReturnType<typeof page>) =>
    body.items.map(({ id, name }) => `${id} ${name}`);

  test("updates existing rows in place", () => {
    const { page: merged, pendingCount } = mergePage(page("abc"), page("abc", null, "new"));
    expect(formatItems(merged)).toEqual(["a new", "b new", "c new"]);
    expect(pendingCount).toBe(0);
  });

  test("keeps the order of the displayed rows", () => {
    const { page: merged, pendingCount } = mergePage(page("abc"), page("cab", null, "new"));
    expect(formatItems(merged)).toEqual(["a new", "b new", "c new"]);
    expect(pendingCount).toBe(0);
  });

  test("counts inserted and removed rows, and keeps the displayed totals", () => {
    const { page: merged, pendingCount } = mergePage(page("abc"), page("axcy", null, "new"));
    expect(formatItems(merged)).toEqual(["a new", "b old", "c new"]);
    expect(merged.body.total).toEqual({ count: 3 });
    expect(pendingCount).toBe(3);
  });

  test("counts an inserted row and the row that it pushes out as one change", () => {
    expect(mergePage(page("abc", "more"), page("xab", "more")).pendingCount).toBe(1);
    expect(mergePage(page("abc", "more"), page("abd", "more")).pendingCount).toBe(1);
  });

  test("recognizes only responses with rows and a cursor as list pages", () => {
    expect(isListPage(page("ab"))).toBe(true);
    expect(isListPage(page(""))).toBe(true);
    for (const other of [null, [], {}, { body: null }, { body: { items: [{ id: "a" }] } }])
      expect(isListPage(other)).toBe(false);
    expect(isListPage({ body: { items: [{ permission: "x" }], nextCursor: null } })).toBe(false);
  });
});
