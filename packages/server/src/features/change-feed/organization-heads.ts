/**
 * Which organizations of the installation have changed, for the streams of the operator's programs. One statement for all of them,
 * shared by all streams of this process, reads the last event of every log; after a notification of a commit, those of the
 * organizations that it names.
 */
import type { OrganizationHead } from "@gatehouse/sdk/contract";
import type { Database } from "../../db/database.ts";
import { named, sql } from "../../db/sql.ts";

/** The heads of all organizations' logs. */
export interface OrganizationHeads {
  readonly subscribe: () => HeadsSubscription;
  /** Wakes all subscribers. */
  readonly close: () => void;
  readonly isClosed: () => boolean;
}

/** The view of one stream. */
export interface HeadsSubscription {
  /**
   * Reads all organizations unless the last such read is more recent than `maxAgeMs`.
   * @throws DatabaseUnavailable
   */
  readonly refresh: (maxAgeMs: number) => Promise<void>;
  /** Time by `performance.now()`: a later `take` returns every change that was committed earlier. */
  readonly syncedAt: () => number;
  /** The organizations that have changed since the last call; all of them at the first one. */
  readonly take: () => readonly OrganizationHead[];
  /** Resolves when there is something to take, when `signal` aborts, or when it is closed. */
  readonly waitForNext: (signal: AbortSignal) => Promise<void>;
  readonly unsubscribe: () => void;
}

/**
 * The last event of a log and the number of later events that aren't sealed, as text. While no event is sealed the number only grows,
 * so every commit makes another text.
 */
type HeadText = string;

interface Subscriber {
  /** By organization, null for a removed one. */
  pending: Map<string, HeadText | null>;
  wake: () => void;
}

/** Creates it without subscribers: nothing is read. Close it before the database. */
export function createOrganizationHeads(db: Pick<Database, "shared" | "onChange">): OrganizationHeads {
  const subscribers = new Set<Subscriber>();
  /** Of the last complete read, with what was read since. */
  let heads = new Map<string, HeadText>();
  let syncedAt = Number.NEGATIVE_INFINITY;
  const changedIds = new Set<string>();
  let isCompleteReadDue = false;
  let reading: Promise<void> | null = null;
  let isClosed = false;

  const publish = (id: string, head: HeadText | null): void => {
    for (const subscriber of subscribers) {
      subscriber.pending.set(id, head);
      subscriber.wake();
    }
  };
  const readAll = async (): Promise<void> => {
    changedIds.clear();
    const startedAt = performance.now();
    const before = heads;
    const found = await readHeads(db, null);
    for (const [id, head] of found) if (before.get(id) !== head) publish(id, head);
    for (const id of before.keys()) if (!found.has(id)) publish(id, null);
    heads = found;
    syncedAt = startedAt;
  };
  const readChanged = async (): Promise<void> => {
    const ids = [...changedIds];
    changedIds.clear();
    for (const [id, head] of await readHeads(db, ids)) {
      if (heads.get(id) !== head) publish(id, head);
      heads.set(id, head);
    }
  };
  const readWhileDue = async (): Promise<void> => {
    while (!isClosed && subscribers.size > 0 && (isCompleteReadDue || changedIds.size > 0)) {
      const isComplete = isCompleteReadDue;
      isCompleteReadDue = false;
      await (isComplete ? readAll() : readChanged());
    }
  };
  const read = (): Promise<void> => {
    reading ??= readWhileDue().finally(() => {
      reading = null;
    });
    return reading;
  };
  const stopListening = db.onChange((organizationId) => {
    if (subscribers.size === 0) return;
    changedIds.add(organizationId);
    // What a failed read missed is found by the next complete one.
    void read().catch(() => undefined);
  });
  const unsubscribe = (subscriber: Subscriber): void => {
    subscribers.delete(subscriber);
    if (subscribers.size > 0) return;
    heads = new Map();
    syncedAt = Number.NEGATIVE_INFINITY;
  };
  return {
    subscribe: () => {
      const subscriber: Subscriber = { pending: new Map(heads), wake: () => undefined };
      subscribers.add(subscriber);
      return {
        refresh: async (maxAgeMs) => {
          const isDue = () => performance.now() - syncedAt >= maxAgeMs;
          if (!isDue()) return;
          isCompleteReadDue = true;
          await read();
          // A read that was ending hasn't seen that another one is due.
          if (isCompleteReadDue && isDue()) await read();
        },
        syncedAt: () => syncedAt,
        take: () => {
          const { pending } = subscriber;
          subscriber.pending = new Map();
          return [...pending].map(([id, head]) => toOrganizationHead(id, head));
        },
        waitForNext: (signal) =>
          subscriber.pending.size > 0 || isClosed ? Promise.resolve() : waitForWake(subscriber, signal),
        unsubscribe: () => unsubscribe(subscriber),
      };
    },
    close: () => {
      isClosed = true;
      stopListening();
      for (const { wake } of subscribers) wake();
    },
    isClosed: () => isClosed,
  };
}

/** The heads of these organizations, or of all for null, by id. */
async function readHeads(
  db: Pick<Database, "shared">,
  ids: readonly string[] | null,
): Promise<Map<string, HeadText>> {
  // One text: thousands of rows would cost the process more than the statement costs the database.
  const { rows } = await db.shared(
    (tx) =>
      tx.query(sql<{ heads: string }>`${named("listAuditHeads")}
        SELECT COALESCE(string_agg(concat_ws(' ', h.organization_id, h.sequence || '.' || h.hash, h.unsealed), ','), '') AS heads
        FROM list_audit_heads(${ids}::uuid[]) h`),
    { readOnly: true },
  );
  const text = rows[0]?.heads ?? "";
  const entries = text === "" ? [] : text.split(",");
  return new Map(entries.map((entry) => [entry.slice(0, 36), entry.slice(37)]));
}

function toOrganizationHead(id: string, head: HeadText | null): OrganizationHead {
  if (head === null) return { id, gone: true };
  const [position = "", unsealed] = head.split(" ");
  return { id, position: unsealed === "0" ? position : null };
}

function waitForWake(subscriber: Subscriber, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const wake = (): void => {
      signal.removeEventListener("abort", wake);
      subscriber.wake = () => undefined;
      resolve();
    };
    if (signal.aborted) return resolve();
    subscriber.wake = wake;
    signal.addEventListener("abort", wake);
  });
}
