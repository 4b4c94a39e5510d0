/**
 * One reader for all who follow an organization in this process. It looks into the audit log every second, whatever
 * machine wrote there, and at once after a commit of this process. Between looks it holds no connection.
 */
import type { ChangeEvent } from "@gatehouse/sdk/contract";
import type { Database } from "../../database/database.ts";
import { listChanges } from "./queries.ts";

/** Follows organizations. */
export interface ChangeFeed {
  /** Takes part in following an organization until `leave`, from its event `head` on or from wherever others are. */
  readonly join: (organizationId: string, head: number) => Seat;
  /** Wakes everybody who waits and stops looking. */
  readonly close: () => void;
  readonly isClosed: () => boolean;
}

/** A place from which one organization is followed. */
export interface Seat {
  /** What happened after the event with that sequence, oldest first, no more than a batch. */
  readonly after: (sequence: number) => Promise<readonly ChangeEvent[]>;
  /** Resolves when there is something after that event, when `signal` aborts, or with the end of the feed. */
  readonly next: (sequence: number, signal: AbortSignal) => Promise<void>;
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
  /** Sequence of the last event that was seen. */
  head: number;
  /** Events up to the head, without a gap, for those who are about to ask. */
  recent: readonly ChangeEvent[];
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
  const read = (organizationId: string, after: number): Promise<readonly ChangeEvent[]> =>
    db.tenant(organizationId, (tx) => listChanges(tx, organizationId, { after, limit: batch }), {
      readOnly: true,
    });
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
      const startedAt = performance.now();
      // While the database is away there is nothing to tell. Whoever follows notices it, too: see event-stream.ts.
      const found = await read(room.organizationId, room.head).catch(() => null);
      take(room, found ?? []);
      room.isDue ||= found?.length === batch;
      if (found !== null && found.length < batch) room.seenUntil = startedAt;
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
        after: async (sequence) =>
          covers(room, sequence)
            ? room.recent.filter((change) => change.sequence > sequence)
            : read(organizationId, sequence),
        next: (sequence, signal) =>
          room.head > sequence || isClosed ? Promise.resolve() : untilWoken(room, signal),
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

function emptyRoom(organizationId: string, head: number): Room {
  return {
    organizationId,
    seats: 0,
    head,
    recent: [],
    seenUntil: Number.NEGATIVE_INFINITY,
    looking: null,
    isDue: false,
    timer: undefined,
    waiting: new Set(),
  };
}

function take(room: Room, found: readonly ChangeEvent[]): void {
  const last = found.at(-1);
  if (last === undefined) return;
  room.recent = [...room.recent, ...found].slice(-batch);
  room.head = last.sequence;
  wake(room);
}

/** Sequences have no gaps, so the number of events that are kept tells where they begin. */
function covers(room: Room, sequence: number): boolean {
  return sequence >= room.head - room.recent.length;
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
