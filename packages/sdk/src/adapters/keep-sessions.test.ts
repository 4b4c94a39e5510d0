import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { SessionListener } from "../access-source.ts";
import type { GatehouseUser } from "./authorize.ts";
import type { Introspect } from "./introspect.ts";
import { keepSessions } from "./keep-sessions.ts";

const ada: GatehouseUser = { id: "u1", name: "Ada" };
const maxStaleness = 5_000;

let asked: string[];
let isSubscribed: boolean;
let notify: SessionListener;
let answer: (token: string) => Promise<GatehouseUser | null>;
let introspect: Introspect;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["performance"] });
  asked = [];
  isSubscribed = true;
  answer = async (token) => (token === "good" ? ada : null);
  introspect = keepSessions(
    (token) => {
      asked.push(token);
      return answer(token);
    },
    {
      isSubscribed: () => isSubscribed,
      onSessionsEnded: (listener) => {
        notify = listener;
      },
    },
    maxStaleness,
  );
});

afterEach(() => vi.useRealTimers());

test("asks once for many calls, and again after the longest time", async () => {
  for (let call = 0; call < 50; call++) expect(await introspect("good")).toEqual(ada);
  expect(asked).toEqual(["good"]);
  vi.advanceTimersByTime(maxStaleness - 1);
  await introspect("good");
  expect(asked).toHaveLength(1);
  vi.advanceTimersByTime(1);
  await introspect("good");
  expect(asked).toHaveLength(2);
});

test("asks separately for each address of the same token", async () => {
  for (const ip of ["192.0.2.1", "198.51.100.7", "192.0.2.1", undefined]) await introspect("good", ip);
  expect(asked).toEqual(["good", "good", "good"]);
  notify(["u1"]);
  await introspect("good", "192.0.2.1");
  expect(asked).toHaveLength(4);
});

test("counts the time from the question, not from the answer", async () => {
  answer = async () => {
    vi.advanceTimersByTime(maxStaleness);
    return ada;
  };
  await introspect("good");
  await introspect("good");
  expect(asked).toHaveLength(2);
});

test.for<[string, readonly string[] | null, number]>([
  ["of the user", ["u2", "u1"], 2],
  ["of everybody", null, 2],
  ["of others", ["u2"], 1],
])("after the event %s it asks again only if needed", async ([, userIds, questions]) => {
  await introspect("good");
  notify(userIds);
  await introspect("good");
  expect(asked).toHaveLength(questions);
});

test("doesn't keep a result that was requested before an event", async () => {
  answer = async () => {
    notify(["u1"]);
    return ada;
  };
  expect(await introspect("good")).toEqual(ada);
  answer = async () => null;
  expect(await introspect("good")).toBeNull();
});

test("keeps no answer without a user", async () => {
  expect(await introspect("bad")).toBeNull();
  expect(await introspect("bad")).toBeNull();
  expect(asked).toHaveLength(2);
});

test("asks each time while it isSubscribed of no ended sessions, and keeps nothing from then", async () => {
  await introspect("good");
  isSubscribed = false;
  await introspect("good");
  await introspect("good");
  expect(asked).toHaveLength(3);
  isSubscribed = true;
  await introspect("good");
  expect(asked).toHaveLength(4);
});

test("a failed question is not kept", async () => {
  answer = async () => {
    throw new Error("unreachable");
  };
  await expect(introspect("good")).rejects.toThrow("unreachable");
  answer = async () => ada;
  expect(await introspect("good")).toEqual(ada);
});
