import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { LiveEvent, StreamEnd } from "./read-events.ts";
import { openReconnectingStream } from "./reconnecting-stream.ts";

interface Stream {
  readonly after: string | null;
  readonly signal: AbortSignal;
  readonly emit: (event: LiveEvent) => void;
  readonly end: (status: number) => Promise<void>;
}

let streams: Stream[];
let seen: string[];
let isActive: boolean;
let changed: () => void;
let stop: () => void;

beforeEach(() => {
  vi.useFakeTimers();
  streams = [];
  seen = [];
  isActive = true;
  stop = openReconnectingStream({
    read: (after, signal, emit) => {
      const { promise, resolve } = Promise.withResolvers<StreamEnd>();
      const end = async (status: number) => {
        resolve({ status });
        await promise;
        await Promise.resolve();
      };
      streams.push({ after, signal, emit, end });
      return promise;
    },
    isActive: () => isActive,
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

test("reconnects after the last event, with a growing delay until events arrive", async () => {
  last().emit(event("5"));
  last().emit(event("7", "position"));
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

  last().emit(event("8"));
  await last().end(200);
  vi.advanceTimersByTime(700);
  expect(streams).toHaveLength(11);
  expect(last().after).toBe("8");
});

test.each([401, 403, 404])("does not reconnect after %i until the activity changes", async (status) => {
  await last().end(status);
  vi.advanceTimersByTime(3_600_000);
  expect(streams).toHaveLength(1);
  changed();
  expect(streams).toHaveLength(2);
});

test.each([0, 200, 429, 502, 503])("reconnects after %i", async (status) => {
  await last().end(status);
  vi.advanceTimersByTime(1_000);
  expect(streams).toHaveLength(2);
});

test("closes the stream of an inactive page and resumes it later", async () => {
  last().emit(event("3"));
  isActive = false;
  changed();
  expect(last().signal.aborted).toBe(true);
  last().emit(event("4"));
  await last().end(0);
  vi.advanceTimersByTime(3_600_000);
  expect(streams).toHaveLength(1);

  isActive = true;
  changed();
  changed();
  expect(streams.map(({ after }) => after)).toEqual([null, "3"]);
  expect(seen).toEqual(["3"]);
});

test("stops: closes the stream and does not reconnect", async () => {
  stop();
  expect(last().signal.aborted).toBe(true);
  await last().end(0);
  vi.advanceTimersByTime(3_600_000);
  expect(streams).toHaveLength(1);
});
