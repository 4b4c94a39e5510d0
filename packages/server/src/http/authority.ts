/** What the rights of an actor rest on, and the check at the commit that all of it still stands. */
import { type RawBuilder, sql } from "kysely";
import { lastBeforeCommit } from "../database/before-commit.ts";
import type { Tx } from "../database/database.ts";
import { prepared } from "../database/prepared.ts";
import { rowVersion } from "../database/row-version.ts";
import {
  findApiKey,
  findMembership,
  isLiveSession,
  type MembershipRow,
  type Rights,
  rightsOf,
  rightsOfKey,
} from "./memberships.ts";
import { idleSince } from "./session-limits.ts";

/** What rights in an organization rest on: a user's standing as it was read, and the session or the key by which they act. */
export interface Authority {
  readonly organizationId: string;
  readonly userId: string;
  readonly standing: Pick<MembershipRow, "catalogueVersion" | "roles">;
  readonly session: { readonly accountId: string; readonly sessionId: string } | null;
  readonly apiKeyId: string | null;
}

/** Whoever a change rests on that somebody else carries out: who started a job, who invited. */
export interface Principal {
  readonly type: "user" | "api-key";
  readonly id: string;
}

/** What a principal may do now, and what that rests on; null when they are gone, suspended, revoked or expired. */
export async function findAuthority(
  tx: Tx,
  organizationId: string,
  { type, id }: Principal,
  now: Date,
): Promise<(Rights & { readonly authority: Authority }) | null> {
  if (type === "user") {
    const row = await findMembership(tx, organizationId, { userId: id, now });
    if (row?.status !== "active") return null;
    const authority = { organizationId, userId: id, standing: row, session: null, apiKeyId: null };
    return { ...(await rightsOf(tx, organizationId, row)), authority };
  }
  const row = await findApiKey(tx, organizationId, { apiKeyId: id, now });
  if (row?.status !== "active") return null;
  const authority = { organizationId, userId: row.createdBy, standing: row, session: null, apiKeyId: id };
  return { ...(await rightsOfKey(tx, organizationId, row)), authority };
}

/** Transactions that take their own actor's way in away. */
const ending = new WeakSet<Tx>();

/**
 * Says that this transaction takes the actor's own access away: leaving the organization, ending one's own session. At the
 * commit nothing is left to check; whoever else took it away at the same moment wanted the same.
 */
export function endsOwnAccess(tx: Tx): void {
  ending.add(tx);
}

/**
 * Fails the commit, as a conflict that is tried again from the start, unless the actor's rights are still those that were
 * read. It runs behind the statements that write events, which wait for the organization's log. Who takes rights away writes
 * an event too, so one of the two comes first, and the second sees it.
 */
export function requireUnchanged(tx: Tx, authority: Authority, now: Date): void {
  if (ending.has(tx)) return;
  const { organizationId, userId, standing, session, apiKeyId } = authority;
  const roleIds = standing.roles.map(({ id }) => id);
  const versions = standing.roles.map(({ version }) => version);
  lastBeforeCommit(
    tx,
    sql`${prepared} SELECT require_unchanged_authority(EXISTS (
      SELECT FROM users u JOIN catalogues c ON c.organization_id = ${organizationId}
      WHERE u.organization_id = ${organizationId} AND u.user_id = ${userId} AND u.status = 'active'
        AND ${isStill("c", sql`${standing.catalogueVersion}`)}
        AND NOT EXISTS (
          SELECT FROM (
            SELECT r.role_id, r.version, r.revision, r.xmin FROM user_roles g
            JOIN roles r ON r.organization_id = ${organizationId} AND r.role_id = g.role_id
            WHERE g.organization_id = ${organizationId} AND g.user_id = ${userId}
              AND (g.expires_at IS NULL OR g.expires_at > ${now})) r
          FULL JOIN unnest(${roleIds}::uuid[], ${versions}::text[]) AS held (role_id, version) ON held.role_id = r.role_id
          WHERE r.role_id IS NULL OR held.role_id IS NULL OR NOT ${isStill("r", sql`held.version`)})
        ${session === null ? sql`` : sql`AND ${sessionLives({ ...session, now })}`}
        ${apiKeyId === null ? sql`` : sql`AND ${keyLives(organizationId, { apiKeyId, userId, now })}`}))`,
  );
}

/** The same for somebody outside any organization: their session is still alive. */
export function requireLiveSession(
  tx: Tx,
  session: { readonly accountId: string; readonly sessionId: string; readonly now: Date },
): void {
  if (ending.has(tx)) return;
  lastBeforeCommit(tx, sql`${prepared} SELECT require_unchanged_authority(${sessionLives(session)})`);
}

/** Whether a row has the version that was read, but for one change that this transaction itself made. */
function isStill(table: "c" | "r", version: RawBuilder<unknown>): RawBuilder<boolean> {
  const [number, writer] = [sql.ref(`${table}.version`), sql.ref(`${table}.xmin`)];
  return sql`(CASE WHEN ${writer} = pg_current_xact_id_if_assigned()::xid
    THEN (${number} - 1)::text = split_part(${version}::text, '-', 1) ELSE ${rowVersion(table)} = ${version}::text END)`;
}

function sessionLives(session: {
  readonly accountId: string;
  readonly sessionId: string;
  readonly now: Date;
}): RawBuilder<boolean> {
  const query = { ...session, idleSince: idleSince(session.now) };
  return sql`EXISTS (SELECT FROM sessions s WHERE ${isLiveSession(query)})`;
}

function keyLives(
  organizationId: string,
  key: { readonly apiKeyId: string; readonly userId: string; readonly now: Date },
): RawBuilder<boolean> {
  return sql`EXISTS (SELECT FROM api_keys k
    WHERE k.organization_id = ${organizationId} AND k.api_key_id = ${key.apiKeyId} AND k.created_by = ${key.userId}
      AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > ${key.now}))`;
}
