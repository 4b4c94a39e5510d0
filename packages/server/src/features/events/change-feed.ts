/**
 * One reader for all who follow an organization in this process. It looks into the audit log every second, whatever
 * machine wrote there, and at once after a commit of this process. Between looks it holds no connection. Each look checks that
 * the last event that was seen is still there: after a restore, or a failover to a replica that lagged, other events have its number.
 */
import type { Database, Tx } from "../../database/database.ts";
import { isSame, origin, type Position } from "./position.ts";
import { findHead, listChanges, type StoredChange } from "./queries.ts";

/** Follows organizations. */
export interface ChangeFeed {
  /** Takes part in following an organization until `leave`, from its event `head` on or from wherever others are. */
  readonly join: (organizationId: string, head: Position) => Seat;
  /** Wakes everybody who waits and stops looking. */
  readonly close: () => void;
  readonly isClosed: () => boolean;
}

/** A place from which one organization is followed. */
export interface Seat {
  /**
   * What happened after that position, oldest first, no more than a batch; null when the database has another history by now,
   * in which there is no such position.
   */
  readonly after: (position: Position) => Promise<readonly StoredChange[] | null>;
  /** Resolves when there is something after that position, when `signal` aborts, or with the end of the feed. */
  readonly next: (position: Position, signal: AbortSignal) => Promise<void>;
  /**
   * The moment, by `performance.now()`, up to which the feed has seen everything. Asked for before `after`, it holds for
   * what that answers, unless it answers a whole batch.
   */
  readonly seenUntil: () => number;
  /** Looks now unless everything was seen less than so many milliseconds ago. */
  readonly refresh: (age: number) => Promise<void>;
  readonly leave: () => void;
}

/** Most events that are read, kept and told at a time. */
export const batch = 500;

/** An organization that somebody follows. */
interface Room {
  readonly organizationId: string;
  seats: number;
  /** Of the last event that was seen. */
  head: Position;
  /** Before the first of the events in `recent`. */
  base: Position;
  /** Events up to the head, without a gap, for those who are about to ask. */
  recent: readonly StoredChange[];
  /** By `performance.now()`: everything that was committed before is known up to `head`. */
  seenUntil: number;
  looking: Promise<void> | null;
  isDue: boolean;
  timer: NodeJS.Timeout | undefined;
  readonly waiting: Set<() => void>;
}

/** A feed on a database, that looks every so many milliseconds. Close it before the database. */
export function createChangeFeed(db: Pick<Database, "tenant" | "onChange">, every = 1_000): ChangeFeed {
  const rooms = new Map<string, Room>();
  let isClosed = false;
  const read = (organizationId: string, after: Position): Promise<readonly StoredChange[] | null> =>
    db.tenant(organizationId, (tx) => listChanges(tx, organizationId, { after, limit: batch }), {
      readOnly: true,
    });
  /** What is new; in another history begins at its head, and whoever asks for a position finds out that it isn't there. */
  const lookOnce = async (room: Room): Promise<void> => {
    const startedAt = performance.now();
    const { organizationId } = room;
    const found = await read(organizationId, room.head);
    if (found === null) {
      const findNewest = (tx: Tx) => findHead(tx, organizationId, origin);
      beginAt(room, (await db.tenant(organizationId, findNewest, { readOnly: true })) ?? origin);
    } else take(room, found);
    if (found?.length === batch) room.isDue = true;
    else room.seenUntil = startedAt;
  };
  const look = (room: Room): Promise<void> => {
    room.isDue = true;
    room.looking ??= lookAround(room).finally(() => {
      room.looking = null;
      if (room.isDue && !isClosed) void look(room); // asked for in the last instant
    });
    return room.looking;
  };
  const lookAround = async (room: Room): Promise<void> => {
    clearTimeout(room.timer);
    while (room.isDue && !isClosed) {
      room.isDue = false;
      // While the database is away there is nothing to tell. Whoever follows notices it, too: see event-stream.ts.
      await lookOnce(room).catch(() => undefined);
    }
    if (room.seats > 0 && !isClosed) room.timer = setTimeout(() => void look(room), every);
  };
  const stopListening = db.onChange((organizationId) => {
    const room = rooms.get(organizationId);
    if (room !== undefined) void look(room);
  });
  const leave = (room: Room): void => {
    room.seats -= 1;
    if (room.seats > 0) return;
    clearTimeout(room.timer);
    rooms.delete(room.organizationId);
  };
  return {
    join: (organizationId, head) => {
      const room = rooms.get(organizationId) ?? emptyRoom(organizationId, head);
      rooms.set(organizationId, room);
      room.seats += 1;
      void look(room);
      return {
        after: async (position) => known(room, position) ?? read(organizationId, position),
        next: (position, signal) =>
          room.head.sequence > position.sequence || isClosed ? Promise.resolve() : untilWoken(room, signal),
        seenUntil: () => room.seenUntil,
        refresh: async (age) => {
          if (performance.now() - room.seenUntil >= age) await look(room);
        },
        leave: () => leave(room),
      };
    },
    close: () => {
      isClosed = true;
      stopListening();
      for (const room of rooms.values()) {
        clearTimeout(room.timer);
        wake(room);
      }
    },
    isClosed: () => isClosed,
  };
}

function emptyRoom(organizationId: string, head: Position): Room {
  return {
    organizationId,
    seats: 0,
    head,
    base: head,
    recent: [],
    seenUntil: Number.NEGATIVE_INFINITY,
    looking: null,
    isDue: false,
    timer: undefined,
    waiting: new Set(),
  };
}

function take(room: Room, found: readonly StoredChange[]): void {
  const last = found.at(-1);
  if (last === undefined) return;
  const all = [...room.recent, ...found];
  room.base = all.at(-batch - 1) ?? room.base;
  room.recent = all.slice(-batch);
  room.head = last;
  wake(room);
}

function beginAt(room: Room, head: Position): void {
  room.head = head;
  room.base = head;
  room.recent = [];
  wake(room);
}

/** What is kept of the events after a position; null when that is not known here. */
function known(room: Room, position: Position): readonly StoredChange[] | null {
  if (isSame(position, room.base)) return room.recent;
  const place = position.sequence - room.base.sequence; // sequences have no gaps
  const event = place > 0 ? room.recent[place - 1] : undefined;
  return event !== undefined && isSame(event, position) ? room.recent.slice(place) : null;
}

function wake(room: Room): void {
  for (const goOn of room.waiting) goOn();
}

function untilWoken(room: Room, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const goOn = (): void => {
      room.waiting.delete(goOn);
      signal.removeEventListener("abort", goOn);
      resolve();
    };
    if (signal.aborted) return resolve();
    room.waiting.add(goOn);
    signal.addEventListener("abort", goOn);
  });
}
