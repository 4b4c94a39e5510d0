/** Keeps the replica in sync: one stream at a time, reopened when it ends, stalls or reaches its maximum age. */

import type { SessionListener } from "../access-source.ts";
import type { Connection } from "../client/connection.ts";
import { GatehouseError, isPermanent, toSetupError, unreachable } from "../client/gatehouse-error.ts";
import type { AccessEvents } from "../contract/changes.ts";
import type { Replica } from "./replica.ts";
import { type ClockReading, random, readClocks } from "./runtime.ts";
import type { StalenessTracker } from "./staleness.ts";

/** Milliseconds. Clocks of two machines drift apart, so a new connection measures their offset again. */
const maxConnectionAgeMs = 600_000;
/** Milliseconds without data while the first replica is loaded. */
const initialTimeoutMs = 10_000;
const minRetryDelayMs = 200;
const maxRetryDelayMs = 5_000;

/** What syncing needs, and its callbacks. */
export interface SyncOptions {
  readonly connection: Connection;
  readonly staleness: StalenessTracker;
  readonly maxStaleness: number;
  /** Creates an empty replica. */
  readonly createReplica: () => Replica;
  /** The replica is complete up to the event `sequence`. `isChanged`: checks may have other results than before. */
  readonly onCurrent: (replica: Replica, sequence: number, isChanged: boolean) => void;
  /** Sessions of these users may have ended, or the users changed; null for all. Called as soon as it is known. */
  readonly onSessionsEnded: SessionListener;
  /** Data arrived. */
  readonly onActivity: () => void;
  /** Progress of loading a replica: users processed, and users in all. */
  readonly onProgress: (read: number, total: number) => void;
  /** A connection failed. */
  readonly onFailure: (error: GatehouseError) => void;
}

/** Syncs until `signal` aborts. */
export async function sync(options: SyncOptions, signal: AbortSignal): Promise<void> {
  const state: SyncState = { replica: null, position: null };
  for (let failures = 0; !signal.aborted; ) {
    const delayMs = Math.min(maxRetryDelayMs, minRetryDelayMs * 2 ** Math.min(failures, 10));
    try {
      await syncOnce(options, state, signal);
      failures = 0;
    } catch (error) {
      if (signal.aborted) return;
      failures += 1;
      const failure = unreachable(options.connection.url, error);
      options.onFailure(failure);
      if (failure.code === "gatehouse/configuration") return; // it doesn't change while the process runs
      await sleep(isPermanent(failure) ? maxRetryDelayMs : delayMs * (0.5 + random() / 2), signal);
    }
  }
}

interface SyncState {
  /** Complete up to `position`; null before the first load. */
  replica: Replica | null;
  /** The id of the last applied event, opaque to the client. */
  position: string | null;
}

/** Runs one connection. Resolves when it should be reopened, rejects when it failed. */
async function syncOnce(options: SyncOptions, state: SyncState, signal: AbortSignal): Promise<void> {
  const { connection, staleness, maxStaleness } = options;
  const beat = Math.min(1_000, Math.max(200, Math.floor(maxStaleness / 4)));
  const attempt = new AbortController();
  const abort = () => attempt.abort();
  signal.addEventListener("abort", abort);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const restartTimer = () => {
    clearTimeout(timer);
    // Restarting a first load is expensive. The second timer lets buffered data be read first if this process was blocked.
    const timeoutMs = Math.max(maxStaleness, 3 * beat, state.replica === null ? initialTimeoutMs : 0);
    timer = setTimeout(() => {
      timer = setTimeout(abort, beat);
    }, timeoutMs);
  };
  const onActivity = () => {
    options.onActivity();
    restartTimer();
  };
  restartTimer();
  try {
    const openedAt = readClocks();
    const query = new URLSearchParams({ beat: String(beat) });
    if (state.position !== null) query.set("after", state.position);
    const response = await connection.send(`${connection.base}/changes?${query}`, {
      headers: { accept: "text/event-stream" },
      signal: attempt.signal,
    });
    if (!response.ok || response.body === null || !isEventStream(response))
      throw await toSetupError(connection.url, connection.organizationId, response);
    const result = await applyEvents(openedAt, readEvents(response.body, onActivity));
    if (result === "failed") throw unreachable(connection.url);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", abort);
    attempt.abort();
  }

  async function applyEvents(
    openedAt: ClockReading,
    events: ReturnType<typeof readEvents>,
  ): Promise<"reconnect" | "failed"> {
    // A new replica is built while the old one still serves checks. Changes are buffered until `current`: a partially applied
    // change may allow what neither state allows.
    let next: Replica | null = null;
    let buffered: [keyof AccessEvents, never][] = [];
    let total = 0;
    for await (const { name, data, id } of events) {
      if (!isAccessEvent(name)) continue;
      const event = JSON.parse(data) as AccessEvents[typeof name];
      if (name === "sessions") {
        options.onSessionsEnded((event as AccessEvents["sessions"]).userIds);
        continue;
      }
      if (name === "users")
        options.onSessionsEnded((event as AccessEvents["users"]).users.map((user) => user.id));
      if (name === "reset") {
        options.onSessionsEnded(null);
        // Buffered events belong to a state that was never complete, or to another history of the database.
        next = options.createReplica();
        buffered = [];
        total = (event as AccessEvents["reset"]).users;
      }
      if (name === "snapshot") options.onProgress((event as AccessEvents["snapshot"]).read, total);
      if (name !== "current") {
        if (next === null) buffered.push([name, event as never]);
        else next.apply(name, event as never);
        continue;
      }
      const replica = next ?? state.replica;
      if (replica === null) throw new GatehouseError("gatehouse/protocol", "The stream began in the middle.");
      const { position, sequence, elapsed, time } = parseCurrent(event as AccessEvents["current"], id);
      const hasEvents = next !== null || buffered.length > 0;
      for (const [eventName, eventData] of buffered) replica.apply(eventName, eventData);
      const isChanged = replica.hasExpired(time) || hasEvents;
      buffered = [];
      state.replica = replica;
      state.position = position;
      next = null;
      if (!staleness.record(openedAt, elapsed, time)) return "reconnect";
      options.onCurrent(replica, sequence, isChanged);
      if (readClocks().monotonic - openedAt.monotonic > maxConnectionAgeMs) return "reconnect";
      if (staleness.age() > maxStaleness) return "failed";
    }
    return "failed";
  }
}

/** @throws GatehouseError for an invalid `current` event, which must not make the replica look fresh */
function parseCurrent({ elapsed, at }: AccessEvents["current"], id: string | null) {
  const time = Date.parse(at);
  const sequence = /^(\d+)\.[0-9a-f]+$/.exec(id ?? "")?.[1];
  if (id === null || sequence === undefined || !Number.isFinite(elapsed) || !Number.isFinite(time))
    throw new GatehouseError("gatehouse/protocol", "The stream's `current` event is not valid.");
  return { position: id, sequence: Number(sequence), elapsed, time };
}

function isEventStream({ headers }: Response): boolean {
  return headers.get("content-type")?.startsWith("text/event-stream") === true;
}

const eventNames: readonly (keyof AccessEvents)[] = [
  "reset",
  "catalogue",
  "roles",
  "snapshot",
  "users",
  "sessions",
  "current",
];

function isAccessEvent(name: string): name is keyof AccessEvents {
  return (eventNames as readonly string[]).includes(name);
}

function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener("abort", done);
  });
}

// Server-sent events of a response body: https://html.spec.whatwg.org/multipage/server-sent-events.html

/** One event. */
export interface ServerEvent {
  readonly name: string;
  /** The data lines, joined. */
  readonly data: string;
  /** The event's id; null without one. */
  readonly id: string | null;
}

/** Reads events until the body ends. `onActivity` is called for every chunk. */
export async function* readEvents(
  body: ReadableStream<Uint8Array>,
  onActivity: () => void,
): AsyncGenerator<ServerEvent, void, undefined> {
  const decoder = new TextDecoder();
  const splitLines = createLineSplitter();
  const reader = body.getReader();
  let eventLines: string[] = [];
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      onActivity();
      for (const line of splitLines(decoder.decode(value, { stream: true }))) {
        if (line !== "") {
          eventLines.push(line);
          continue;
        }
        const event = parseEvent(eventLines);
        eventLines = [];
        if (event !== null) yield event;
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/** Splits chunks into complete lines, with any of the three line endings. */
function createLineSplitter(): (text: string) => Generator<string, void, undefined> {
  let partial: string[] = [];
  let isAfterCarriageReturn = false;
  return function* (text) {
    if (text === "") return;
    const ends = /\r\n|\r|\n/g;
    let start = isAfterCarriageReturn && text[0] === "\n" ? 1 : 0;
    isAfterCarriageReturn = text.endsWith("\r");
    ends.lastIndex = start;
    for (let end = ends.exec(text); end !== null; end = ends.exec(text)) {
      yield partial.join("") + text.slice(start, end.index);
      partial = [];
      start = ends.lastIndex;
    }
    partial.push(text.slice(start));
  };
}

function parseEvent(lines: readonly string[]): ServerEvent | null {
  let name: string | null = null;
  let id: string | null = null;
  const data: string[] = [];
  for (const line of lines) {
    const [field = ""] = line.split(":", 1);
    const value = line.slice(field.length + 1).replace(/^ /, "");
    if (field === "event") name = value;
    else if (field === "id") id = value;
    else if (field === "data") data.push(value);
  }
  return name === null ? null : { name, data: data.join("\n"), id };
}
