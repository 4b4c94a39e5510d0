/** What an actor's permissions depend on, and the check at commit that none of it has changed. */

import type { Tx } from "../db/database.ts";
import { lockPrincipals } from "../db/principal-locks.ts";
import { rowVersion } from "../db/row-version.ts";
import { prepare, rawSql, type Statement, sql } from "../db/sql.ts";
import { isUnexpired } from "../db/unexpired.ts";
import {
  type EffectivePermissions,
  findApiKey,
  findMembership,
  loadKeyPermissions,
  loadPermissions,
  type MembershipRow,
  operatorUserId,
} from "./memberships.ts";
import { closureOf } from "./organization-closure.ts";
import { findUnmetRule } from "./security-rules.ts";
import { isLiveInOrganization, isLiveSession } from "./session-rows.ts";

/**
 * What permissions in an organization depend on: a user's membership as it was read, and the session or API key in
 * use.
 */
export interface Authority {
  readonly organizationId: string;
  readonly userId: string;
  readonly membership: Pick<MembershipRow, "catalogueVersion" | "roles">;
  readonly session: {
    readonly accountId: string;
    readonly sessionId: string;
    readonly address: string | null;
  } | null;
  readonly apiKeyId: string | null;
}

/** Whether two readings of the same principal's permissions are the same. */
export function isSameAuthority(one: Authority, other: Authority): boolean {
  return describe(one) === describe(other);
}

function describe({ userId, membership }: Authority): string {
  const roles = membership.roles.map(({ id, version, expiresAt }) => [id, version, expiresAt]);
  return JSON.stringify([userId, membership.catalogueVersion, roles]);
}

/** The principal on whose behalf somebody else acts: who started a job, who invited. */
export interface Principal {
  readonly type: "user" | "api-key";
  readonly id: string;
}

/**
 * What a principal may do now, and what that depends on; null when they were removed, suspended, revoked or expired.
 */
export async function findAuthority(
  tx: Tx,
  organizationId: string,
  { type, id }: Principal,
  now: Date,
): Promise<(EffectivePermissions & { readonly authority: Authority }) | null> {
  if (type === "user") {
    const row = await findMembership(tx, organizationId, { userId: id, now });
    if (row?.status !== "active") return null;
    const authority = { organizationId, userId: id, membership: row, session: null, apiKeyId: null };
    return { ...(await loadPermissions(tx, organizationId, row)), authority };
  }
  const row = await findApiKey(tx, organizationId, { apiKeyId: id, now });
  if (row?.status !== "active") return null;
  const authority = { organizationId, userId: row.createdBy, membership: row, session: null, apiKeyId: id };
  return { ...(await loadKeyPermissions(tx, organizationId, row)), authority };
}

/** Transactions that revoke their own actor's access. */
const ownAccessRevoked = new WeakSet<Tx>();

/**
 * Marks a transaction that revokes the actor's own access: leaving the organization, ending one's own session.
 * Nothing is left to check at its commit.
 */
export function markOwnAccessRevoked(tx: Tx): void {
  ownAccessRevoked.add(tx);
}

/**
 * Fails the commit, as a conflict that is retried from the start, unless the actor's permissions are still those that
 * were read, in this transaction or before it. It runs with shared locks on what they depend on. A transaction that revokes permissions writes an audit
 * event, and with it takes these locks alone: of two such transactions one comes first and the second sees it.
 */
export function requireUnchangedAuthority(tx: Tx, authority: Authority, now: Date): void {
  if (ownAccessRevoked.has(tx)) return;
  const { organizationId, userId, membership, session, apiKeyId } = authority;
  const roleIds = membership.roles.map(({ id }) => id);
  const versions = membership.roles.map(({ version }) => version);
  const ends = membership.roles.map(({ expiresAt }) => expiresAt);
  const shared = [userId, session?.accountId, apiKeyId].flatMap((id) => id ?? []);
  lockPrincipals(tx, organizationId, { shared });
  const isKeyUsable =
    apiKeyId === null ? sql`` : sql`AND ${isKeyLive(organizationId, { apiKeyId, userId, now })}`;
  if (userId === operatorUserId) {
    tx.deferToCommitLast(sql`${prepare("requireUnchangedOperatorKey")} SELECT require_unchanged_authority(EXISTS (
      SELECT FROM catalogues c WHERE c.organization_id = ${organizationId}
        AND ${isUnchangedVersion("c", sql`${membership.catalogueVersion}`)} ${isKeyUsable}))`);
    return;
  }
  tx.deferToCommitLast(sql`${prepare("requireUnchangedAuthority")} SELECT require_unchanged_authority(EXISTS (
      SELECT FROM users u JOIN catalogues c ON c.organization_id = ${organizationId}
      WHERE u.organization_id = ${organizationId} AND u.user_id = ${userId} AND u.status = 'active'
        AND ${isUnchangedVersion("c", sql`${membership.catalogueVersion}`)}
        AND NOT EXISTS (
          SELECT FROM (
            SELECT r.role_id, r.version, r.revision, r.xmin, g.expires_at FROM user_roles g
            JOIN roles r ON r.organization_id = ${organizationId} AND r.role_id = g.role_id
            WHERE g.organization_id = ${organizationId} AND g.user_id = ${userId}
              AND ${isUnexpired("g", now)}) r
          FULL JOIN unnest(${roleIds}::uuid[], ${versions}::text[], ${ends}::timestamptz[]) AS held (role_id, version, expires_at)
            ON held.role_id = r.role_id
          WHERE r.role_id IS NULL OR held.role_id IS NULL OR held.expires_at IS DISTINCT FROM r.expires_at
            OR NOT ${isUnchangedVersion("r", sql`held.version`)})
        ${session === null ? sql`` : sql`AND ${isSessionAccepted(organizationId, { ...session, now })}`}
        ${isKeyUsable}))`);
}

/** The same outside any organization: the session is still live. */
export function requireLiveSession(
  tx: Tx,
  session: { readonly accountId: string; readonly sessionId: string; readonly now: Date },
): void {
  if (ownAccessRevoked.has(tx)) return;
  tx.deferToCommitLast(
    sql`${prepare("requireLiveSession")} SELECT require_unchanged_authority(${isSessionLive(session)})`,
  );
}

/**
 * Whether a row has the version that was read, apart from one change made by this transaction itself.
 */
function isUnchangedVersion(table: "c" | "r", version: Statement): Statement {
  const [number, writer] = [rawSql(`"${table}"."version"`), rawSql(`"${table}"."xmin"`)];
  return sql`(${rowVersion(table)} = ${version}::text OR (${writer} = pg_current_xact_id_if_assigned()::xid
    AND (${number} - 1)::text = split_part(${version}::text, '-', 1)))`;
}

function isSessionLive(session: {
  readonly accountId: string;
  readonly sessionId: string;
  readonly now: Date;
}): Statement {
  return sql`EXISTS (SELECT 1 FROM sessions s WHERE ${isLiveSession(session)})`;
}

/** The same, and it meets the rules of the organization. Needs user `u`. */
function isSessionAccepted(
  organizationId: string,
  session: NonNullable<Authority["session"]> & { readonly now: Date },
): Statement {
  const address = sql`COALESCE(${session.address}::text, s.ip)`;
  return sql`EXISTS (SELECT 1 FROM sessions s
    JOIN accounts a ON a.account_id = s.account_id
    JOIN organizations o ON o.organization_id = ${organizationId}
    WHERE ${isLiveInOrganization(session)} AND ${findUnmetRule(session.now, address)} IS NULL)`;
}

function isKeyLive(
  organizationId: string,
  key: { readonly apiKeyId: string; readonly userId: string; readonly now: Date },
): Statement {
  return sql`EXISTS (SELECT FROM api_keys k
    WHERE k.organization_id = ${organizationId} AND k.api_key_id = ${key.apiKeyId} AND k.created_by = ${key.userId}
      AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > ${key.now})
      AND ${closureOf(organizationId)} IS NULL)`;
}
