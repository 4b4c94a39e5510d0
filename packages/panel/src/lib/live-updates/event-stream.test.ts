import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type LiveEvent, openReconnectingStream, readEvents, type StreamEnd } from "./event-stream.ts";

describe("openReconnectingStream", () => {
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
});

describe("readEvents", () => {
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
});
