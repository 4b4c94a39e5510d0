/**
 * Records when keys, sessions and users were last seen: after the response, in batches, skipping locked rows. No
 * request waits for it or fails because of it. What could not be written is recorded at the next use.
 */

import type { Logger } from "pino";
import { type Database, DatabaseUnavailable, type Tx, type UnavailableReason } from "../db/database.ts";
import { type Statement, sql } from "../db/sql.ts";
import { isDueForTouch } from "./session-limits.ts";

/** Reasons that don't last, or not for other organizations. */
const passing: ReadonlySet<UnavailableReason> = new Set(["busy", "organization-busy"]);

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
interface OrganizationSessionUse {
  readonly accountId: string;
  readonly sessionId: string;
  readonly lastUsedHere: Date | null;
}

/** A use by a user of an organization. */
interface UserUse {
  readonly userId: string;
  readonly lastActiveAt: Date | null;
}

/** Records uses. Nothing here waits or throws except `flush`, which waits. */
export interface LastUse {
  readonly recordKey: (organizationId: string, key: KeyUse, now: Date) => void;
  readonly recordSession: (session: SessionUse, now: Date) => void;
  readonly recordOrganizationSession: (
    organizationId: string,
    session: OrganizationSessionUse,
    now: Date,
  ) => void;
  readonly recordUser: (organizationId: string, user: UserUse, now: Date) => void;
  /** Resolves when everything recorded so far is written or dropped. Call it before the database is closed. */
  readonly flush: () => Promise<void>;
}

type Kind = "api-key" | "session" | "organization-session" | "user";

interface PendingUse {
  readonly kind: Kind;
  /** Null for a session, which belongs to no organization. */
  readonly organizationId: string | null;
  /** Of the key or user; of a session the account's. */
  readonly id: string;
  readonly sessionId: string | null;
  readonly at: Date;
}

/** Uses within this time are written together. Milliseconds. */
const batchDelay = 50;
/** Uses beyond this many rows are dropped. */
const maxPending = 10_000;

/** Creates the recorder of a process. */
export function createLastUse({
  db,
  log,
}: {
  readonly db: Pick<Database, "shared" | "tenant">;
  readonly log: Pick<Logger, "debug">;
}): LastUse {
  const pending = new Map<string, PendingUse>();
  /** When a row's use was last recorded, so that a row that can't be written isn't retried with every request. */
  const lastRecorded = new Map<string, Date>();
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> = Promise.resolve();

  const write = (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    writing = writing.then(async () => {
      const uses = [...pending.values()];
      pending.clear();
      for (const [organizationId, own] of Map.groupBy(uses, (note) => note.organizationId)) {
        try {
          await writeUses(db, organizationId, own);
        } catch (error) {
          log.debug(
            { err: error },
            "The last use of some rows was not written; it is recorded at the next use.",
          );
          if (error instanceof DatabaseUnavailable && !passing.has(error.reason)) return; // the others would fail too
        }
      }
    });
    return writing;
  };
  const record = (lastAt: Date | null, use: PendingUse): void => {
    if (!isDueForTouch(lastAt, use.at)) return;
    const key = `${use.kind} ${use.organizationId} ${use.id} ${use.sessionId}`;
    if (!isDueForTouch(lastRecorded.get(key) ?? null, use.at) || pending.size >= maxPending) return;
    lastRecorded.delete(key);
    lastRecorded.set(key, use.at); // reinserted at the end: the first is the oldest
    const [oldest] = lastRecorded.keys();
    if (lastRecorded.size > maxPending && oldest !== undefined) lastRecorded.delete(oldest);
    pending.set(key, use);
    timer ??= setTimeout(() => void write(), batchDelay).unref();
  };
  return {
    recordKey: (organizationId, { apiKeyId, lastUsedAt }, at) =>
      record(lastUsedAt, { kind: "api-key", organizationId, id: apiKeyId, sessionId: null, at }),
    recordSession: ({ accountId, sessionId, lastSeenAt }, at) =>
      record(lastSeenAt, { kind: "session", organizationId: null, id: accountId, sessionId, at }),
    recordOrganizationSession: (organizationId, { accountId, sessionId, lastUsedHere }, at) =>
      record(lastUsedHere, { kind: "organization-session", organizationId, id: accountId, sessionId, at }),
    recordUser: (organizationId, { userId, lastActiveAt }, at) =>
      record(lastActiveAt, { kind: "user", organizationId, id: userId, sessionId: null, at }),
    flush: write,
  };
}

async function writeUses(
  db: Pick<Database, "shared" | "tenant">,
  organizationId: string | null,
  uses: readonly PendingUse[],
): Promise<void> {
  if (organizationId === null) {
    await db.shared((tx) => tx.query(touchSessions(uses)), { system: "records the last use of sessions" });
    return;
  }
  const byKind = Map.groupBy(uses, ({ kind }) => kind);
  const touch = async (tx: Tx): Promise<void> => {
    const [keys, users] = [byKind.get("api-key"), byKind.get("user")];
    if (keys !== undefined) await tx.query(touchKeys(organizationId, keys));
    if (users !== undefined) await tx.query(touchUsers(organizationId, users));
    const sessions = byKind.get("organization-session");
    if (sessions !== undefined) await tx.query(touchOrganizationSessions(organizationId, sessions));
  };
  await db.tenant(organizationId, touch, { system: "records the last use of keys and users" });
}

const toIds = (uses: readonly PendingUse[]) => sql`${uses.map(({ id }) => id)}::uuid[]`;
const toTimes = (uses: readonly PendingUse[]) =>
  sql`${uses.map(({ at }) => at.toISOString())}::timestamptz[]`;

// Rows locked by other transactions are skipped: waiting for them could deadlock.

function touchKeys(organizationId: string, uses: readonly PendingUse[]): Statement {
  return sql`
    UPDATE api_keys k SET last_used_at = n.at
    FROM unnest(${toIds(uses)}, ${toTimes(uses)}) AS n (id, at)
    WHERE k.organization_id = ${organizationId} AND k.api_key_id = n.id
      AND (k.last_used_at IS NULL OR k.last_used_at < n.at) AND k.api_key_id IN (
      SELECT f.api_key_id FROM api_keys f
      WHERE f.organization_id = ${organizationId} AND f.api_key_id = ANY (${toIds(uses)})
      FOR NO KEY UPDATE SKIP LOCKED)`;
}

function touchUsers(organizationId: string, uses: readonly PendingUse[]): Statement {
  return sql`
    UPDATE users u SET last_active_at = n.at
    FROM unnest(${toIds(uses)}, ${toTimes(uses)}) AS n (id, at)
    WHERE u.organization_id = ${organizationId} AND u.user_id = n.id
      AND (u.last_active_at IS NULL OR u.last_active_at < n.at) AND u.user_id IN (
      SELECT f.user_id FROM users f
      WHERE f.organization_id = ${organizationId} AND f.user_id = ANY (${toIds(uses)})
      FOR NO KEY UPDATE SKIP LOCKED)`;
}

function touchOrganizationSessions(organizationId: string, uses: readonly PendingUse[]): Statement {
  const sessionIds = sql`${uses.map(({ sessionId }) => sessionId ?? "")}::uuid[]`;
  // The foreign key of a new row needs a lock on the organization's row, too.
  return sql`
    WITH noted AS (
      SELECT s.token_hash, n.at
      FROM unnest(${toIds(uses)}, ${sessionIds}, ${toTimes(uses)}) AS n (account_id, session_id, at)
      JOIN sessions s ON s.account_id = n.account_id AND s.session_id = n.session_id),
    touched AS (
      UPDATE session_uses x SET last_used_at = n.at FROM noted n
      WHERE x.organization_id = ${organizationId} AND x.session_hash = n.token_hash AND x.last_used_at < n.at
        AND x.session_hash IN (
          SELECT f.session_hash FROM session_uses f
          WHERE f.organization_id = ${organizationId} AND f.session_hash IN (SELECT token_hash FROM noted)
          FOR NO KEY UPDATE SKIP LOCKED)),
    added AS (
      INSERT INTO session_uses (organization_id, session_hash, last_used_at)
      SELECT o.organization_id, n.token_hash, n.at
      FROM noted n CROSS JOIN (
        SELECT p.organization_id FROM organizations p
        WHERE p.organization_id = ${organizationId} FOR KEY SHARE SKIP LOCKED) o
      WHERE NOT EXISTS (
        SELECT 1 FROM session_uses k WHERE k.organization_id = ${organizationId} AND k.session_hash = n.token_hash)
      ORDER BY n.token_hash
      ON CONFLICT (organization_id, session_hash) DO NOTHING)
    SELECT count(*) FROM noted`;
}

function touchSessions(uses: readonly PendingUse[]): Statement {
  const sessionIds = sql`${uses.map(({ sessionId }) => sessionId ?? "")}::uuid[]`;
  return sql`
    UPDATE sessions s SET last_seen_at = n.at, longest_idle = GREATEST(s.longest_idle, n.at - s.last_seen_at)
    FROM unnest(${toIds(uses)}, ${sessionIds}, ${toTimes(uses)}) AS n (account_id, session_id, at)
    WHERE s.account_id = n.account_id AND s.session_id = n.session_id AND s.last_seen_at < n.at AND s.token_hash IN (
      SELECT f.token_hash FROM sessions f
      WHERE f.account_id = ANY (${toIds(uses)}) AND f.session_id = ANY (${sessionIds})
      FOR NO KEY UPDATE SKIP LOCKED)`;
}
