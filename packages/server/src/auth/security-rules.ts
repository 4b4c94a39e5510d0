/** What an organization requires of the sessions of its users, in addition to permissions. */
import type { UnmetRule } from "@gatehouse/sdk/contract";
import { type Statement, sql } from "../db/sql.ts";
import { ApiError } from "../errors/api-error.ts";
import { closureOfRow, organizationClosed } from "./organization-closure.ts";
import { isWithinOrganizationLimits } from "./session-limits.ts";

/** Until when the user can do without a second factor. */
const graceEnd = sql`GREATEST(o.require_two_factor_since, u.created_at) + make_interval(hours => 24 * o.two_factor_grace_days)`;

/**
 * The first rule of organization `o` that session `s` of account `a` and user `u` doesn't meet, or null. `address` is a
 * text: where the request comes from.
 */
export function findUnmetRule(now: Date, address: Statement): Statement {
  return sql`COALESCE('organization-' || ${closureOfRow}, ${findUnmetSecurityRule(now, address)})`;
}

/** The same of the rules that the organization itself sets. */
export function findUnmetSecurityRule(now: Date, address: Statement): Statement {
  return sql`CASE
    WHEN NOT ${isWithinOrganizationLimits(now)} THEN 'session'
    WHEN o.allowed_networks <> '{}'
      AND COALESCE(NOT (split_part(${address}, '%', 1)::inet <<= ANY (o.allowed_networks::inet[])), true) THEN 'network'
    WHEN o.require_two_factor_since IS NOT NULL AND a.two_factor AND NOT s.two_factor THEN 'second-factor'
    WHEN o.require_two_factor_since IS NOT NULL AND NOT a.two_factor AND ${graceEnd} <= ${now} THEN 'two-factor'
    WHEN COALESCE(a.password_changed_at, a.created_at) <= ${now}::timestamptz - make_interval(hours => 24 * o.password_max_age_days)
      THEN 'password' END`;
}

/** When user `u` has to have a second factor; null if that isn't required, or the account has one. */
export const twoFactorDueAt: Statement = sql`
  CASE WHEN o.require_two_factor_since IS NOT NULL AND NOT a.two_factor THEN ${graceEnd} END`;

/** The error for a request of a session that doesn't meet a rule. `address`: where the request came from. */
export function ruleNotMet(
  rule: UnmetRule,
  { organization, address }: { readonly organization: string; readonly address: string | null },
): ApiError {
  switch (rule) {
    case "organization-suspended":
      return organizationClosed("suspended", organization);
    case "organization-deleted":
      return organizationClosed("deleted", organization);
    case "session":
      return new ApiError("auth/required", {
        detail: `${organization} accepts only newer sessions. Sign in again.`,
        params: { organization },
      });
    case "network":
      return new ApiError("auth/network", {
        detail: `${organization} can be used only from certain networks, and ${address ?? "your address"} is in none of them. Use one of these networks, or ask somebody who manages the organization's settings.`,
        params: { organization, address },
      });
    case "two-factor":
      return new ApiError("auth/two-factor-required", {
        detail: `${organization} requires two-factor authentication. Set it up under My account › Security.`,
        params: { organization, action: "set-up" },
      });
    case "second-factor":
      return new ApiError("auth/two-factor-required", {
        detail: `${organization} requires two-factor authentication. Confirm your second factor, or sign in again.`,
        params: { organization, action: "confirm" },
      });
    case "password":
      return new ApiError("auth/password-expired", {
        detail: `Your password is too old for ${organization}. Change it under My account.`,
        params: { organization },
      });
  }
}
