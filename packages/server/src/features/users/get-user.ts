import { explainAll, type PermissionPath } from "@gatehouse/access";
import {
  type ActorReference,
  foldText,
  type Language,
  type Reason,
  type UserDetails,
  type UserView,
} from "@gatehouse/sdk/contract";
import type { Actor } from "../../auth/actor.ts";
import { translateRole } from "../../db/role-texts.ts";
import type { RowVersion } from "../../db/row-version.ts";
import type { Deps } from "../../deps.ts";
import { notFound } from "../../errors/api-error.ts";
import type { ListedUser } from "./list-queries.ts";
import { findUser, type StoredGrant, type StoredUser } from "./queries.ts";
import { findSubject } from "./target.ts";

/**
 * A user with the grant details of each role, and the version.
 * @throws ApiError not-found
 */
export async function getUser(
  deps: Pick<Deps, "db" | "clock">,
  actor: Actor,
  userId: string,
): Promise<{ readonly user: UserDetails; readonly version: RowVersion }> {
  const { organizationId } = actor;
  const now = deps.clock.now();
  const user = await deps.db.tenant(organizationId, (tx) => findUser(tx, { organizationId, userId, now }), {
    readOnly: true,
  });
  if (user === null) throw notFound();
  return { user: toUserDetails(user, actor.language), version: user.version };
}

/**
 * The effective permissions of a user, in catalogue order, each with every role that grants it.
 * @throws ApiError not-found
 */
export async function getUserPermissions(
  deps: Pick<Deps, "db" | "clock">,
  actor: Actor,
  userId: string,
): Promise<{ readonly items: { permission: string; because: Reason[] }[] }> {
  const { organizationId, catalogue } = actor;
  const now = deps.clock.now();
  const found = await deps.db.tenant(
    organizationId,
    (tx) => findSubject(tx, { organizationId, catalogue, userId, now }),
    { readOnly: true },
  );
  if (found === null) throw notFound();
  const names = new Map(
    found.user.grants.map(({ role }) => [role.id, translateRole(role, actor.language).name]),
  );
  return {
    items: explainAll(found.subject).map(({ permission, because }) => ({
      permission,
      because: because.map((path) => ({
        ...toReason(path),
        roleName: names.get(path.roleId) ?? path.roleName,
      })),
    })),
  };
}

function toReason({ grantedAt, expiresAt, ...path }: PermissionPath<string, ActorReference>): Reason {
  return {
    ...path,
    grantedAt: grantedAt.toISOString(),
    ...(expiresAt === undefined ? {} : { expiresAt: expiresAt.toISOString() }),
  };
}

/** A user in a list. */
export function toUserView(user: ListedUser): UserView {
  return { ...toProfile(user), roles: user.roles.map(toRoleGrant) };
}

/** A user with the grant details of each role, in display order: the built-in role first, then by name in the language. */
export function toUserDetails(user: StoredUser, language: Language | null): UserDetails {
  const grants = user.grants.map((grant) => ({ ...grant, role: translateRole(grant.role, language) }));
  return {
    ...toProfile(user),
    roles: grants.toSorted(compareGrants).map(({ role, grantedBy, grantedAt, expiresAt }) => ({
      id: role.id,
      name: role.name,
      grantedAt: grantedAt.toISOString(),
      grantedBy,
      ...(expiresAt === null ? {} : { expiresAt: expiresAt.toISOString() }),
    })),
    invitedBy: user.invitedBy,
  };
}

function compareGrants({ role: first }: StoredGrant, { role: second }: StoredGrant): number {
  if (first.isOwner !== second.isOwner) return first.isOwner ? -1 : 1;
  const [firstKey, secondKey] = [foldText(first.name), foldText(second.name)];
  return firstKey < secondKey ? -1 : firstKey > secondKey ? 1 : 0;
}

function toProfile(user: Omit<ListedUser, "roles" | "sortKey">): Omit<UserView, "roles"> {
  return {
    id: user.id,
    accountId: user.accountId,
    name: user.name,
    email: user.email,
    ...(user.phone === null ? {} : { phone: user.phone }),
    ...(user.externalId === null ? {} : { externalId: user.externalId }),
    status: user.status,
    twoFactor: user.twoFactor,
    lastActiveAt: user.lastActiveAt?.toISOString() ?? null,
    createdAt: user.createdAt.toISOString(),
  };
}

function toRoleGrant({ id, name, expiresAt }: ListedUser["roles"][number]): UserView["roles"][number] {
  return { id, name, ...(expiresAt === null ? {} : { expiresAt: new Date(expiresAt).toISOString() }) };
}
