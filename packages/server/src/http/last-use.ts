/**
 * Writes down when keys, sessions and users were last seen: after the answer, together, and only if nothing is in the way.
 * No request waits for it or fails by it. What could not be written is noted again at the next use.
 */
import { type RawBuilder, sql } from "kysely";
import type { Logger } from "pino";
import { type Database, DatabaseUnavailable, type Tx } from "../database/database.ts";
import { isDueForTouch } from "./session-limits.ts";

/** A use of a key. */
interface KeyUse {
  readonly apiKeyId: string;
  readonly lastUsedAt: Date | null;
}

/** A use of a session. */
interface SessionUse {
  readonly accountId: string;
  readonly sessionId: string;
  readonly lastSeenAt: Date;
}

/** A use of a session in one organization. */
interface SessionUseHere {
  readonly accountId: string;
  readonly sessionId: string;
  readonly lastUsedHere: Date | null;
}

/** A use by a user of an organization. */
interface UserUse {
  readonly userId: string;
  readonly lastActiveAt: Date | null;
}

/** Notes uses. Nothing here waits or throws but `flush`, which waits. */
export interface LastUse {
  readonly noteKey: (organizationId: string, key: KeyUse, now: Date) => void;
  readonly noteSession: (session: SessionUse, now: Date) => void;
  readonly noteSessionHere: (organizationId: string, session: SessionUseHere, now: Date) => void;
  readonly noteUser: (organizationId: string, user: UserUse, now: Date) => void;
  /** Resolves when all that was noted so far is written or given up. Before the database is closed. */
  readonly flush: () => Promise<void>;
}

type Kind = "api-key" | "session" | "session-here" | "user";

interface Note {
  readonly kind: Kind;
  /** Null for a session, which belongs to no organization. */
  readonly organizationId: string | null;
  /** Of the key or user; of a session the account's. */
  readonly id: string;
  readonly sessionId: string | null;
  readonly at: Date;
}

/** What is noted within this time is written together. Milliseconds. */
const delay = 50;
/** Beyond that many rows uses are forgotten. */
const mostNotes = 10_000;

/** Makes the notes of a process. */
export function createLastUse({
  db,
  log,
}: {
  readonly db: Pick<Database, "shared" | "tenant">;
  readonly log: Pick<Logger, "debug">;
}): LastUse {
  const notes = new Map<string, Note>();
  /** When a row's use was noted last, so that one that can't be written isn't tried with every request. */
  const tried = new Map<string, Date>();
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> = Promise.resolve();

  const write = (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    writing = writing.then(async () => {
      const taken = [...notes.values()];
      notes.clear();
      for (const [organizationId, own] of Map.groupBy(taken, (note) => note.organizationId)) {
        try {
          await writeNotes(db, organizationId, own);
        } catch (error) {
          log.debug({ err: error }, "The last use of some rows was not written; it is noted again.");
          if (error instanceof DatabaseUnavailable && error.reason !== "busy") return; // nor would the others be
        }
      }
    });
    return writing;
  };
  const note = (lastAt: Date | null, made: Note): void => {
    if (!isDueForTouch(lastAt, made.at)) return;
    const key = `${made.kind} ${made.organizationId} ${made.id} ${made.sessionId}`;
    if (!isDueForTouch(tried.get(key) ?? null, made.at) || notes.size >= mostNotes) return;
    tried.delete(key);
    tried.set(key, made.at); // at the end: the first is the oldest
    const [oldest] = tried.keys();
    if (tried.size > mostNotes && oldest !== undefined) tried.delete(oldest);
    notes.set(key, made);
    timer ??= setTimeout(() => void write(), delay).unref();
  };
  return {
    noteKey: (organizationId, { apiKeyId, lastUsedAt }, at) =>
      note(lastUsedAt, { kind: "api-key", organizationId, id: apiKeyId, sessionId: null, at }),
    noteSession: ({ accountId, sessionId, lastSeenAt }, at) =>
      note(lastSeenAt, { kind: "session", organizationId: null, id: accountId, sessionId, at }),
    noteSessionHere: (organizationId, { accountId, sessionId, lastUsedHere }, at) =>
      note(lastUsedHere, { kind: "session-here", organizationId, id: accountId, sessionId, at }),
    noteUser: (organizationId, { userId, lastActiveAt }, at) =>
      note(lastActiveAt, { kind: "user", organizationId, id: userId, sessionId: null, at }),
    flush: write,
  };
}

async function writeNotes(
  db: Pick<Database, "shared" | "tenant">,
  organizationId: string | null,
  notes: readonly Note[],
): Promise<void> {
  if (organizationId === null) {
    await db.shared((tx) => touchSessions(notes).execute(tx), { system: "when sessions were used last" });
    return;
  }
  const byKind = Map.groupBy(notes, ({ kind }) => kind);
  const touch = async (tx: Tx): Promise<void> => {
    const [keys, users] = [byKind.get("api-key"), byKind.get("user")];
    if (keys !== undefined) await touchKeys(organizationId, keys).execute(tx);
    if (users !== undefined) await touchUsers(organizationId, users).execute(tx);
    const sessions = byKind.get("session-here");
    if (sessions !== undefined) await noteSessionsHere(organizationId, sessions).execute(tx);
  };
  await db.tenant(organizationId, touch, { system: "when keys and users were seen last" });
}

const idsOf = (notes: readonly Note[]) => sql`${notes.map(({ id }) => id)}::uuid[]`;
const timesOf = (notes: readonly Note[]) => sql`${notes.map(({ at }) => at.toISOString())}::timestamptz[]`;

// A row that somebody else has locked is left out: whoever waits for it might wait for us, too.

function touchKeys(organizationId: string, notes: readonly Note[]): RawBuilder<unknown> {
  return sql`
    UPDATE api_keys k SET last_used_at = n.at
    FROM unnest(${idsOf(notes)}, ${timesOf(notes)}) AS n (id, at)
    WHERE k.organization_id = ${organizationId} AND k.api_key_id = n.id
      AND (k.last_used_at IS NULL OR k.last_used_at < n.at) AND k.api_key_id IN (
      SELECT f.api_key_id FROM api_keys f
      WHERE f.organization_id = ${organizationId} AND f.api_key_id = ANY (${idsOf(notes)})
      FOR NO KEY UPDATE SKIP LOCKED)`;
}

function touchUsers(organizationId: string, notes: readonly Note[]): RawBuilder<unknown> {
  return sql`
    UPDATE users u SET last_active_at = n.at
    FROM unnest(${idsOf(notes)}, ${timesOf(notes)}) AS n (id, at)
    WHERE u.organization_id = ${organizationId} AND u.user_id = n.id
      AND (u.last_active_at IS NULL OR u.last_active_at < n.at) AND u.user_id IN (
      SELECT f.user_id FROM users f
      WHERE f.organization_id = ${organizationId} AND f.user_id = ANY (${idsOf(notes)})
      FOR NO KEY UPDATE SKIP LOCKED)`;
}

function noteSessionsHere(organizationId: string, notes: readonly Note[]): RawBuilder<unknown> {
  const sessionIds = sql`${notes.map(({ sessionId }) => sessionId ?? "")}::uuid[]`;
  // Of the organization's row, which a new row refers to, a lock is needed, too.
  return sql`
    WITH noted AS (
      SELECT s.token_hash, n.at
      FROM unnest(${idsOf(notes)}, ${sessionIds}, ${timesOf(notes)}) AS n (account_id, session_id, at)
      JOIN sessions s ON s.account_id = n.account_id AND s.session_id = n.session_id),
    free AS (
      SELECT f.session_hash FROM session_uses f
      WHERE f.organization_id = ${organizationId} AND f.session_hash IN (SELECT token_hash FROM noted)
      FOR NO KEY UPDATE SKIP LOCKED),
    touched AS (
      UPDATE session_uses x SET last_used_at = n.at FROM noted n
      WHERE x.organization_id = ${organizationId} AND x.session_hash = n.token_hash AND x.last_used_at < n.at
        AND x.session_hash IN (SELECT session_hash FROM free))
    INSERT INTO session_uses (organization_id, session_hash, last_used_at)
    SELECT o.organization_id, n.token_hash, n.at
    FROM noted n CROSS JOIN (
      SELECT p.organization_id FROM organizations p
      WHERE p.organization_id = ${organizationId} FOR KEY SHARE SKIP LOCKED) o
    WHERE NOT EXISTS (
      SELECT FROM session_uses k WHERE k.organization_id = ${organizationId} AND k.session_hash = n.token_hash)
    ORDER BY n.token_hash
    ON CONFLICT (organization_id, session_hash) DO NOTHING`;
}

function touchSessions(notes: readonly Note[]): RawBuilder<unknown> {
  const sessionIds = sql`${notes.map(({ sessionId }) => sessionId ?? "")}::uuid[]`;
  return sql`
    UPDATE sessions s SET last_seen_at = n.at
    FROM unnest(${idsOf(notes)}, ${sessionIds}, ${timesOf(notes)}) AS n (account_id, session_id, at)
    WHERE s.account_id = n.account_id AND s.session_id = n.session_id AND s.last_seen_at < n.at AND s.token_hash IN (
      SELECT f.token_hash FROM sessions f
      WHERE f.account_id = ANY (${idsOf(notes)}) AND f.session_id = ANY (${sessionIds})
      FOR NO KEY UPDATE SKIP LOCKED)`;
}
