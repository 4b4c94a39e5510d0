import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type LiveEvent, readEvents } from "./read-events.ts";

/** A fake `EventSource`. */
class Source extends EventTarget {
  static readonly CLOSED = 2;
  static last: Source;
  readyState = 0;
  readonly address: string;
  constructor(address: string) {
    super();
    this.address = address;
    Source.last = this;
  }
  close(): void {
    this.readyState = Source.CLOSED;
  }
  emit(name: string, lastEventId: string, data = "{}"): void {
    this.dispatchEvent(Object.assign(new Event(name), { lastEventId, data }));
  }
  fail(readyState: number): void {
    this.readyState = readyState;
    this.dispatchEvent(new Event("error"));
  }
}

let controller: AbortController;
let seen: LiveEvent[];
const start = () => readEvents("/events", controller.signal, (event) => seen.push(event));

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("EventSource", Source);
  controller = new AbortController();
  seen = [];
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("reports events with their ids", async () => {
  const end = start();
  Source.last.emit("ready", "4");
  Source.last.emit("change", "5", '{"action":"users.edited"}');
  controller.abort();
  expect(await end).toEqual({ status: 0 });
  expect(Source.last.readyState).toBe(Source.CLOSED);
  expect(seen).toEqual([
    { name: "ready", id: "4", data: "{}" },
    { name: "change", id: "5", data: '{"action":"users.edited"}' },
  ]);
});

test("ends when the connection breaks, without the automatic reconnection", async () => {
  const end = start();
  Source.last.fail(0);
  expect(await end).toEqual({ status: 0 });
  expect(Source.last.readyState).toBe(Source.CLOSED);
});

test("fetches the status of an error response", async () => {
  const fetch = vi.fn(async () => new Response(null, { status: 401 }));
  vi.stubGlobal("fetch", fetch);
  const end = start();
  Source.last.fail(Source.CLOSED);
  expect(await end).toEqual({ status: 401 });
  expect(fetch.mock.calls).toEqual([["/events", expect.objectContaining({ method: "HEAD" })]]);
});

test("ends a stream without events after 40 seconds", async () => {
  let isOver = false;
  const end = start().then(() => {
    isOver = true;
  });
  for (let round = 0; round < 10; round += 1) {
    await vi.advanceTimersByTimeAsync(15_000);
    Source.last.emit("position", "7");
  }
  expect(isOver).toBe(false);
  await vi.advanceTimersByTimeAsync(40_000);
  await end;
  expect(isOver).toBe(true);
});
