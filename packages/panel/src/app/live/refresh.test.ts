import type { ChangeEvent } from "@gatehouse/sdk/contract";
import { QueryClient, QueryObserver } from "@tanstack/react-query";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type ListNewsState, newsKey } from "../lists/list-news-state.ts";
import { createOwnChanges, type OwnChanges } from "../session/own-changes.ts";
import { createRefresh, type Refresh } from "./refresh.ts";

const users = ["api", "o1", "GET /organizations/:organizationId/users", { query: {} }];
const user = ["api", "o1", "GET /organizations/:organizationId/users/:userId", { params: { userId: "a" } }];

let client: QueryClient;
let own: OwnChanges;
let refresh: Refresh;
let ids: string;
let name: string;
let listReads: number;
let userReads: number;
const leave: (() => void)[] = [];

beforeEach(async () => {
  vi.useFakeTimers();
  [ids, name, listReads, userReads] = ["abc", "old", 0, 0];
  client = new QueryClient();
  own = createOwnChanges();
  refresh = createRefresh({ client, organizationId: "o1", own });
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
  leave.push(
    list.subscribe(() => undefined),
    one.subscribe(() => undefined),
  );
  await vi.advanceTimersByTimeAsync(0);
});
afterEach(() => {
  refresh.stop();
  for (const unsubscribe of leave.splice(0)) unsubscribe();
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

/** Rows that wait; 0 when the news are about another answer than the one that is shown. */
function missing(): number {
  const news = client.getQueryData<ListNewsState>(newsKey(users));
  return news?.since === client.getQueryState(users)?.dataUpdateCount ? (news?.missing ?? 0) : 0;
}

test("what somebody else changed is read again, once for all that comes together", async () => {
  name = "new";
  refresh.about(change());
  refresh.about(change());
  await vi.advanceTimersByTimeAsync(100);
  expect(shown()).toEqual(["a new", "b new", "c new"]);
  expect(client.getQueryData(user)).toMatchObject({ body: { name: "new" } });
  expect([listReads, userReads, missing()]).toEqual([2, 2, 0]);
});

test("rows that come or go wait, and those that stay are brought up to date", async () => {
  [ids, name] = ["bcd", "new"];
  refresh.about(change());
  await vi.advanceTimersByTimeAsync(100);
  expect(shown()).toEqual(["a old", "b new", "c new"]);
  expect(missing()).toBe(2);

  await client.invalidateQueries({ queryKey: users });
  expect(shown()).toEqual(["b new", "c new", "d new"]);
  expect(missing()).toBe(0);
});

test("one's own change is not read a second time, even when the word of it is faster than its answer", async () => {
  const answer = Promise.withResolvers<void>();
  const saving = own.track(async (noteRequestId) => {
    await answer.promise;
    noteRequestId("mine");
  });
  refresh.about(change("mine"));
  await vi.advanceTimersByTimeAsync(5_000);
  expect([listReads, userReads]).toEqual([1, 1]);
  answer.resolve();
  await saving;
  await vi.advanceTimersByTimeAsync(5_000);
  expect([listReads, userReads]).toEqual([1, 1]);

  refresh.about(change("theirs"));
  await vi.advanceTimersByTimeAsync(5_000);
  expect([listReads, userReads]).toEqual([2, 2]);
});

test("however much happens, a list is read about once a second, and the last change is not forgotten", async () => {
  for (let n = 0; n < 100; n += 1) {
    refresh.about(change());
    name = `edit ${n}`;
    await vi.advanceTimersByTimeAsync(50);
  }
  await vi.advanceTimersByTimeAsync(2_000);
  expect(listReads).toBeLessThanOrEqual(8);
  expect(shown()[0]).toBe("a edit 99");
});

test("what doesn't concern an answer leaves it alone, and a reset concerns them all", async () => {
  refresh.about(change("theirs", "invitations.sent"));
  await vi.advanceTimersByTimeAsync(2_000);
  expect([listReads, userReads]).toEqual([1, 1]);
  refresh.everything();
  await vi.advanceTimersByTimeAsync(2_000);
  expect([listReads, userReads]).toEqual([2, 2]);
});

test("a list that was read meanwhile is not put back to what was read before", async () => {
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
  refresh.about(change());
  await vi.advanceTimersByTimeAsync(200);
  client.setQueryData(users, { etag: "", body: { items: [{ id: "z", name: "own" }], nextCursor: null } });
  slow.resolve();
  await vi.advanceTimersByTimeAsync(200);
  expect(shown()).toEqual(["z own"]);
  expect(missing()).toBe(0);
});
