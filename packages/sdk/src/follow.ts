/** Keeps a copy current: one stream at a time, opened again whenever it breaks off, stands still or is long open. */

import type { Connection } from "./connection.ts";
import type { AccessEvents } from "./contract/changes.ts";
import type { Copy } from "./copy.ts";
import { errorOf, GatehouseError, isFinal, unreachable } from "./errors.ts";
import type { Freshness } from "./freshness.ts";
import { readEvents } from "./read-events.ts";
import { chance, type Reading, readClocks } from "./runtime.ts";

/** Milliseconds. Two machines' clocks never run alike: after this long it is measured anew where they stand. */
const measureAnewAfter = 600_000;
/** Milliseconds without a word while the first copy is loaded. */
const longestSilence = 10_000;
const shortestPause = 200;
const longestPause = 5_000;

/** Who follows, and who is told. */
export interface Following {
  readonly connection: Connection;
  readonly freshness: Freshness;
  readonly maxStaleness: number;
  /** An empty copy. */
  readonly emptyCopy: () => Copy;
  /** The copy is complete up to the event `sequence`; whether it may answer otherwise than before. */
  readonly onCurrent: (copy: Copy, sequence: number, isOther: boolean) => void;
  /** Something came, whatever it says. */
  readonly onHeard: () => void;
  /** Of a copy that is being made: how many users have been looked through, of how many. */
  readonly onProgress: (read: number, total: number) => void;
  /** A connection failed. */
  readonly onFailure: (error: GatehouseError) => void;
}

/** Follows until `end` aborts. */
export async function follow(following: Following, end: AbortSignal): Promise<void> {
  const state: State = { copy: null, position: null };
  for (let failures = 0; !end.aborted; ) {
    const pause = Math.min(longestPause, shortestPause * 2 ** Math.min(failures, 10));
    try {
      await followOnce(following, state, end);
      failures = 0;
    } catch (error) {
      if (end.aborted) return;
      failures += 1;
      const failure = error instanceof GatehouseError ? error : unreachable(following.connection.url, error);
      following.onFailure(failure);
      await rest(isFinal(failure) ? longestPause : pause * (0.5 + chance() / 2), end);
    }
  }
}

interface State {
  /** Complete up to the position, or null before the first time. */
  copy: Copy | null;
  /** The id of the event up to which it is: nothing is known of it but that the server knows it again. */
  position: string | null;
}

/** One connection: resolves when it should be opened anew, throws when it failed. */
async function followOnce(following: Following, state: State, end: AbortSignal): Promise<void> {
  const { connection, freshness, maxStaleness } = following;
  const beat = Math.min(1_000, Math.max(200, Math.floor(maxStaleness / 4)));
  const attempt = new AbortController();
  const give = () => attempt.abort();
  end.addEventListener("abort", give);
  let watch: ReturnType<typeof setTimeout> | undefined;
  const waitFurther = () => {
    clearTimeout(watch);
    // A first copy is dear to begin again. The second timer lets what has come be read first, where this process was held up.
    const most = Math.max(maxStaleness, 3 * beat, state.copy === null ? longestSilence : 0);
    watch = setTimeout(() => {
      watch = setTimeout(give, beat);
    }, most);
  };
  const heard = () => {
    following.onHeard();
    waitFurther();
  };
  waitFurther();
  try {
    const openedAt = readClocks();
    const query = new URLSearchParams({ beat: String(beat) });
    if (state.position !== null) query.set("after", state.position);
    const answer = await connection.send(`${connection.base}/changes?${query}`, {
      headers: { accept: "text/event-stream" },
      signal: attempt.signal,
    });
    if (!answer.ok || answer.body === null || !isStream(answer)) throw await errorOf(connection.url, answer);
    const ending = await takeAll(following, state, openedAt, readEvents(answer.body, heard));
    if (ending === "broken") throw unreachable(connection.url);
  } finally {
    clearTimeout(watch);
    end.removeEventListener("abort", give);
    attempt.abort();
  }

  async function takeAll(
    { onCurrent, onProgress, emptyCopy }: Following,
    at: State,
    openedAt: Reading,
    events: ReturnType<typeof readEvents>,
  ): Promise<"again" | "broken"> {
    // A new copy is made beside the old one, which is asked until it is complete or too old. What changes is held back
    // until all of it is here: half of a change may allow what neither state allows.
    let next: Copy | null = null;
    let held: [keyof AccessEvents, never][] = [];
    let total = 0;
    for await (const { name, data, id } of events) {
      if (!isKnown(name)) continue;
      const said = JSON.parse(data) as AccessEvents[typeof name];
      if (name === "reset") {
        // Whatever was told before belongs to a state that never was, or to another history of the database.
        next = emptyCopy();
        held = [];
        total = (said as AccessEvents["reset"]).users;
      }
      if (next !== null && name === "users") onProgress((said as AccessEvents["users"]).read ?? 0, total);
      if (name !== "current") {
        if (next === null) held.push([name, said as never]);
        else next.take(name, said as never);
        continue;
      }
      const copy = next ?? at.copy;
      if (copy === null) throw new GatehouseError("gatehouse/protocol", "The stream began in the middle.");
      const { position, sequence, elapsed, time } = momentOf(said as AccessEvents["current"], id);
      const isChanged = next !== null || held.length > 0;
      for (const [which, what] of held) copy.take(which, what);
      const isOther = copy.hasEnded(time) || isChanged;
      held = [];
      at.copy = copy;
      at.position = position;
      next = null;
      if (!freshness.note(openedAt, elapsed, time)) return "again";
      onCurrent(copy, sequence, isOther);
      if (readClocks().steady - openedAt.steady > measureAnewAfter) return "again";
      if (freshness.age() > maxStaleness) return "broken";
    }
    return "broken";
  }
}

/** @throws GatehouseError for what isn't a moment: nothing must look current by mistake */
function momentOf({ elapsed, at }: AccessEvents["current"], id: string | null) {
  const time = Date.parse(at);
  const sequence = /^(\d+)\.[0-9a-f]+$/.exec(id ?? "")?.[1];
  if (id === null || sequence === undefined || !Number.isFinite(elapsed) || !Number.isFinite(time))
    throw new GatehouseError("gatehouse/protocol", "The stream names no moment up to which it is complete.");
  return { position: id, sequence: Number(sequence), elapsed, time };
}

function isStream({ headers }: Response): boolean {
  return headers.get("content-type")?.startsWith("text/event-stream") === true;
}

const names: readonly (keyof AccessEvents)[] = ["reset", "catalogue", "roles", "users", "current"];

function isKnown(name: string): name is keyof AccessEvents {
  return (names as readonly string[]).includes(name);
}

function rest(milliseconds: number, end: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      end.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    end.addEventListener("abort", done);
  });
}
