import { expect, test } from "vitest";
import { createTokenBuckets } from "./token-buckets.ts";

function createBuckets(rate: number) {
  let now = 0;
  const buckets = createTokenBuckets(rate, () => now);
  const take = (key: string, count: number) =>
    Array.from({ length: count }, () => buckets.take(key).retryAfter);
  return {
    ...buckets,
    countAccepted: (key: string, count: number) =>
      take(key, count).filter((seconds) => seconds === null).length,
    wait: (milliseconds: number) => {
      now += milliseconds;
    },
  };
}

test("accepts the requests of a second at once, and as many in each later second", () => {
  const { countAccepted, wait } = createBuckets(10);
  expect(countAccepted("acme", 30)).toBe(10);
  for (let tenth = 0; tenth < 10; tenth += 1) {
    wait(100);
    expect(countAccepted("acme", 5)).toBe(1);
  }
  wait(60_000);
  expect(countAccepted("acme", 30)).toBe(10);
});

test("a key doesn't take from another, and only the first rejection of a series is marked", () => {
  const { countAccepted, take, wait } = createBuckets(2);
  expect(countAccepted("acme", 2)).toBe(2);
  expect(take("acme")).toMatchObject({ retryAfter: 1, isFirstRejection: true });
  expect(take("acme")).toMatchObject({ retryAfter: 1, isFirstRejection: false });
  expect(countAccepted("other", 5)).toBe(2);
  wait(500);
  expect(take("acme")).toMatchObject({ retryAfter: null, isFirstRejection: false });
  expect(take("acme")).toMatchObject({ retryAfter: 1, isFirstRejection: true });
});

test("rejections are sent as fast as responses would be, and wait for a second at most", () => {
  const { countAccepted, take, wait } = createBuckets(4);
  expect(countAccepted("acme", 4)).toBe(4);
  const delays = () => Array.from({ length: 7 }, () => take("acme").delay);
  expect(delays()).toEqual([0, 250, 500, 750, 1_000, 1_000, 1_000]);
  wait(100);
  expect(take("acme").delay).toBe(1_000);
  expect(take("other").delay).toBe(0);
  wait(10_000);
  expect(countAccepted("acme", 4)).toBe(4);
  expect(delays()).toEqual([0, 250, 500, 750, 1_000, 1_000, 1_000]);
});

test("drops full buckets when there are very many, and keeps what the others have used", () => {
  const { countAccepted, wait } = createBuckets(2);
  for (let at = 0; at < 9_999; at += 1) countAccepted(`idle ${at}`, 1);
  wait(1_000);
  expect(countAccepted("busy", 2)).toBe(2);
  expect(countAccepted("one more", 1)).toBe(1);
  expect(countAccepted("busy", 2)).toBe(0);
});
