/** The actors for the rows of sessions and API keys. */
import type { AccountActor, AuthenticatedActor, RequestOrigin } from "./actor.ts";
import { toKeyActor } from "./api-keys.ts";
import type { ApiKeyRow, EffectivePermissions, MembershipRow } from "./memberships.ts";
import type { SessionRow } from "./session-rows.ts";
import type { SessionScope } from "./sessions.ts";

/** An authenticated actor, before its route's policy is added. */
export type ActorWithoutPolicy = Omit<AuthenticatedActor, "policy">;

/** The actor for a user of the organization, whose request came from `address`. */
export function toUserActor(
  { organizationId, address }: Pick<SessionScope, "organizationId" | "address">,
  row: SessionRow & MembershipRow & { readonly userId: string },
  { catalogue, permissions, permissionEnds }: EffectivePermissions,
  origin: RequestOrigin,
): ActorWithoutPolicy {
  return {
    type: "user",
    id: row.userId,
    name: row.userName ?? row.accountName,
    organizationId,
    ownUserId: row.userId,
    accountId: row.accountId,
    sessionId: row.sessionId,
    language: row.language,
    catalogue,
    permissions,
    permissionEnds,
    origin,
    authority: {
      organizationId,
      userId: row.userId,
      membership: row,
      session: { accountId: row.accountId, sessionId: row.sessionId, address },
      apiKeyId: null,
    },
  };
}

/** The actor for an API key of the organization. */
export function toAuthenticatedKey(
  organizationId: string,
  row: ApiKeyRow,
  permissions: EffectivePermissions,
  origin: RequestOrigin,
): ActorWithoutPolicy {
  return {
    ...toKeyActor(organizationId, row, permissions),
    origin,
    authority: {
      organizationId,
      userId: row.createdBy,
      membership: row,
      session: null,
      apiKeyId: row.apiKeyId,
    },
  };
}

/** The account actor of a session. */
export function toAccountActor(row: SessionRow, origin: RequestOrigin): AccountActor {
  const { accountId, sessionId, email, accountName, language, expiresAt } = row;
  return { type: "account", accountId, sessionId, email, name: accountName, language, expiresAt, origin };
}
