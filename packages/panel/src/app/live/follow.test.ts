import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { follow } from "./follow.ts";
import type { LiveEvent, StreamEnd } from "./read-events.ts";

interface Stream {
  readonly after: string | null;
  readonly signal: AbortSignal;
  readonly say: (event: LiveEvent) => void;
  readonly end: (status: number) => Promise<void>;
}

let streams: Stream[];
let seen: string[];
let isThere: boolean;
let changed: () => void;
let stop: () => void;

beforeEach(() => {
  vi.useFakeTimers();
  streams = [];
  seen = [];
  isThere = true;
  stop = follow({
    read: (after, signal, say) => {
      const { promise, resolve } = Promise.withResolvers<StreamEnd>();
      const end = async (status: number) => {
        resolve({ status });
        await promise;
        await Promise.resolve();
      };
      streams.push({ after, signal, say, end });
      return promise;
    },
    isThere: () => isThere,
    subscribe: (listener) => {
      changed = listener;
      return () => undefined;
    },
    onEvent: ({ id }) => seen.push(id),
  });
});
afterEach(() => {
  stop();
  vi.useRealTimers();
});

const event = (id: string, name = "change"): LiveEvent => ({ name, id, data: "{}" });
const last = (): Stream => {
  const stream = streams.at(-1);
  if (stream === undefined) throw new Error("There is no stream.");
  return stream;
};

test("a stream that breaks off goes on after the last event, later each time until it lives", async () => {
  last().say(event("5"));
  last().say(event("7", "position"));
  const waits: number[] = [];
  for (let round = 0; round < 9; round += 1) {
    await last().end(0);
    const before = streams.length;
    let waited = 0;
    while (streams.length === before) {
      vi.advanceTimersByTime(50);
      waited += 50;
    }
    waits.push(waited);
  }
  expect(seen).toEqual(["5", "7"]);
  expect(last().after).toBe("7");
  expect(waits[0]).toBeLessThanOrEqual(700);
  expect(waits[8]).toBeGreaterThanOrEqual(22_000);
  expect(Math.max(...waits)).toBeLessThanOrEqual(38_000);

  last().say(event("8"));
  await last().end(200);
  vi.advanceTimersByTime(700);
  expect(streams).toHaveLength(11);
  expect(last().after).toBe("8");
});

test.each([401, 403, 404])("a refusal with %i is not asked again until something changes", async (status) => {
  await last().end(status);
  vi.advanceTimersByTime(3_600_000);
  expect(streams).toHaveLength(1);
  changed();
  expect(streams).toHaveLength(2);
});

test.each([0, 200, 429, 502, 503])("after %i it is asked again by itself", async (status) => {
  await last().end(status);
  vi.advanceTimersByTime(1_000);
  expect(streams).toHaveLength(2);
});

test("nobody there, nothing open; back again, it goes on where it was", async () => {
  last().say(event("3"));
  isThere = false;
  changed();
  expect(last().signal.aborted).toBe(true);
  last().say(event("4"));
  await last().end(0);
  vi.advanceTimersByTime(3_600_000);
  expect(streams).toHaveLength(1);

  isThere = true;
  changed();
  changed();
  expect(streams.map(({ after }) => after)).toEqual([null, "3"]);
  expect(seen).toEqual(["3"]);
});

test("told to stop, it closes the stream and opens no other", async () => {
  stop();
  expect(last().signal.aborted).toBe(true);
  await last().end(0);
  vi.advanceTimersByTime(3_600_000);
  expect(streams).toHaveLength(1);
});
