/** The rules that an organization sets for the sign-in and the sessions of its users. */
import {
  type OrganizationSecurity,
  type OrganizationSecurityEdit,
  type OrganizationSecurityPreview,
  parseNetwork,
  type UnmetRule,
} from "@gatehouse/sdk/contract";
import type { AuditChange } from "../../audit/record.ts";
import type { Actor } from "../../auth/actor.ts";
import { findUnmetSecurityRule } from "../../auth/security-rules.ts";
import type { Tx } from "../../db/database.ts";
import { prepare, type Statement, sql } from "../../db/sql.ts";
import { ApiError } from "../../errors/api-error.ts";

/** The rules as they are stored. */
export interface StoredSecurity {
  /** Null while it is not required. */
  readonly requireTwoFactorSince: Date | null;
  readonly twoFactorGraceDays: number;
  readonly sessionIdleMinutes: number;
  readonly sessionMaxDays: number;
  readonly passwordMaxAgeDays: number | null;
  readonly allowedNetworks: readonly string[];
}

/** The columns of a `StoredSecurity` of organization `o`. */
export const securityColumns: Statement = sql`
  o.require_two_factor_since AS "requireTwoFactorSince", o.two_factor_grace_days AS "twoFactorGraceDays",
  o.session_idle_minutes AS "sessionIdleMinutes", o.session_max_days AS "sessionMaxDays",
  o.password_max_age_days AS "passwordMaxAgeDays", o.allowed_networks::text[] AS "allowedNetworks"`;

/** Converts rules to their JSON representation. */
export function toSecurityView(stored: StoredSecurity): OrganizationSecurity {
  const { twoFactorGraceDays, sessionIdleMinutes, sessionMaxDays, passwordMaxAgeDays } = stored;
  return {
    requireTwoFactor: stored.requireTwoFactorSince !== null,
    twoFactorGraceDays,
    sessionIdleMinutes,
    sessionMaxDays,
    passwordMaxAgeDays,
    allowedNetworks: [...stored.allowedNetworks],
  };
}

/** The rules after an edit. Two-factor authentication that is required already keeps the time since when. */
export function applySecurityEdit(
  before: StoredSecurity,
  edit: OrganizationSecurityEdit = {},
  now: Date,
): StoredSecurity {
  const {
    requireTwoFactor = before.requireTwoFactorSince !== null,
    passwordMaxAgeDays,
    allowedNetworks,
  } = edit;
  return {
    requireTwoFactorSince: requireTwoFactor ? (before.requireTwoFactorSince ?? now) : null,
    twoFactorGraceDays: edit.twoFactorGraceDays ?? before.twoFactorGraceDays,
    sessionIdleMinutes: edit.sessionIdleMinutes ?? before.sessionIdleMinutes,
    sessionMaxDays: edit.sessionMaxDays ?? before.sessionMaxDays,
    passwordMaxAgeDays: passwordMaxAgeDays === undefined ? before.passwordMaxAgeDays : passwordMaxAgeDays,
    allowedNetworks:
      allowedNetworks === undefined
        ? before.allowedNetworks
        : [...new Set(allowedNetworks.flatMap((text) => parseNetwork(text) ?? []))].sort(),
  };
}

const fields = [
  "requireTwoFactor",
  "twoFactorGraceDays",
  "sessionIdleMinutes",
  "sessionMaxDays",
  "passwordMaxAgeDays",
  "allowedNetworks",
] as const;

/** What an edit changes, as the audit log records it. */
export function listSecurityChanges(before: StoredSecurity, after: StoredSecurity): readonly AuditChange[] {
  const [old, now] = [toSecurityView(before), toSecurityView(after)];
  return fields
    .filter((field) => String(old[field]) !== String(now[field]))
    .map((field) => ({ field, before: old[field], after: now[field] }));
}

/** Stores the rules with the commit. */
export function updateSecurity(
  tx: Pick<Tx, "deferToCommit">,
  organizationId: string,
  rules: StoredSecurity,
): void {
  tx.deferToCommit(sql`${prepare("updateSecurity")}
    UPDATE organizations SET require_two_factor_since = ${rules.requireTwoFactorSince},
      two_factor_grace_days = ${rules.twoFactorGraceDays}, session_idle_minutes = ${rules.sessionIdleMinutes},
      session_max_days = ${rules.sessionMaxDays}, password_max_age_days = ${rules.passwordMaxAgeDays},
      allowed_networks = ${rules.allowedNetworks}::cidr[]
    WHERE organization_id = ${organizationId}`);
}

/** A table `o` with one row: rules that need not be stored. */
function toRules(rules: StoredSecurity): Statement {
  return sql`(SELECT ${rules.requireTwoFactorSince}::timestamptz AS require_two_factor_since,
    ${rules.twoFactorGraceDays}::integer AS two_factor_grace_days, ${rules.sessionIdleMinutes}::integer AS session_idle_minutes,
    ${rules.sessionMaxDays}::integer AS session_max_days, ${rules.passwordMaxAgeDays}::integer AS password_max_age_days,
    ${rules.allowedNetworks}::cidr[] AS allowed_networks) AS o`;
}

/**
 * Requires that the session of the actor meets the rules. API keys and the system have no session.
 * @throws ApiError organization/locks-you-out
 */
export async function requireOwnAccess(
  tx: Tx,
  actor: Actor,
  { rules, now }: { readonly rules: StoredSecurity; readonly now: Date },
): Promise<void> {
  const { organizationId, accountId, sessionId, origin } = actor;
  if (sessionId === null) return;
  const { rows } = await tx.query(sql<{ rule: SecurityRule | null }>`${prepare("findOwnUnmetRule")}
    SELECT ${findUnmetSecurityRule(now, sql`COALESCE(${origin.ip}::text, s.ip)`)} AS rule
    FROM sessions s
    JOIN accounts a ON a.account_id = s.account_id
    JOIN users u ON u.organization_id = ${organizationId} AND u.account_id = s.account_id
    CROSS JOIN ${toRules(rules)}
    WHERE s.account_id = ${accountId} AND s.session_id = ${sessionId}`);
  const rule = rows[0]?.rule ?? null;
  if (rule !== null) throw locksYouOut(rule, origin.ip);
}

/** A rule that the organization itself sets. */
type SecurityRule = Exclude<UnmetRule, `organization-${string}`>;

function locksYouOut(rule: SecurityRule, address: string | null): ApiError {
  const nextSteps: Readonly<Record<SecurityRule, string>> = {
    session: "Your own session would be too old. Sign in again, then save.",
    network: `Your own address, ${address ?? "which is unknown"}, is in none of these networks. Add its network.`,
    "two-factor":
      "You have no second factor yourself. Set it up under My account › Security first, or give people days to do it.",
    "second-factor": "You have not used your second factor in this session. Confirm it, then save.",
    password: "Your own password is older than that. Change it under My account, then save.",
  };
  return new ApiError("organization/locks-you-out", {
    detail: `This would lock you out. ${nextSteps[rule]}`,
    params: { rule, address },
  });
}

/** Numbers of users. */
interface AffectedUsers {
  readonly withoutTwoFactor: number;
  readonly outsideNetworks: number;
  readonly passwordTooOld: number;
}

/**
 * How many active users who sign in to Gatehouse don't meet the rules. Where somebody is, is known from the open session
 * that was used last, or else from the last sign-in; who has neither is not counted.
 */
export async function countAffected(
  tx: Tx,
  organizationId: string,
  { rules, now }: { readonly rules: StoredSecurity; readonly now: Date },
): Promise<OrganizationSecurityPreview> {
  const { rows } = await tx.query(sql<AffectedUsers>`
    SELECT count(*) FILTER (WHERE o.require_two_factor_since IS NOT NULL AND NOT u.two_factor)::integer AS "withoutTwoFactor",
      count(*) FILTER (WHERE o.allowed_networks <> '{}'
        AND NOT (split_part(l.ip, '%', 1)::inet <<= ANY (o.allowed_networks::inet[])))::integer AS "outsideNetworks",
      count(*) FILTER (WHERE COALESCE(a.password_changed_at, a.created_at)
        <= ${now}::timestamptz - make_interval(hours => 24 * o.password_max_age_days))::integer AS "passwordTooOld"
    FROM users u
    JOIN accounts a ON a.account_id = u.account_id AND a.email IS NOT NULL
    CROSS JOIN ${toRules(rules)}
    LEFT JOIN LATERAL (
      SELECT k.ip FROM (
        (SELECT s.ip, s.last_seen_at AS at FROM sessions s
          WHERE s.account_id = u.account_id AND s.ip IS NOT NULL ORDER BY s.last_seen_at DESC LIMIT 1)
        UNION ALL
        (SELECT i.ip, i.at FROM sign_ins i
          WHERE i.account_id = u.account_id AND i.outcome = 'success' AND i.ip IS NOT NULL ORDER BY i.at DESC LIMIT 1)) k
      ORDER BY k.at DESC LIMIT 1) l ON o.allowed_networks <> '{}'
    WHERE u.organization_id = ${organizationId} AND u.status = 'active'`);
  return rows[0] ?? { withoutTwoFactor: 0, outsideNetworks: 0, passwordTooOld: 0 };
}
