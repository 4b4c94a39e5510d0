/** Converts users to their JSON representation. */
import type { UserDetails, UserView } from "@gatehouse/sdk/contract";
import type { ListedUser } from "./list-queries.ts";
import type { StoredUser } from "./queries.ts";

/** A user in a list. */
export function toUserView(user: ListedUser): UserView {
  return { ...toProfile(user), roles: user.roles.map(toRoleGrant) };
}

/** A user with the grant details of each role. */
export function toUserDetails(user: StoredUser): UserDetails {
  return {
    ...toProfile(user),
    roles: user.grants.map(({ role, grantedBy, grantedAt, expiresAt }) => ({
      id: role.id,
      name: role.name,
      grantedAt: grantedAt.toISOString(),
      grantedBy,
      ...(expiresAt === null ? {} : { expiresAt: expiresAt.toISOString() }),
    })),
    invitedBy: user.invitedBy,
  };
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
    lastActiveAt: user.lastActiveAt?.toISOString() ?? null,
    createdAt: user.createdAt.toISOString(),
  };
}

function toRoleGrant({ id, name, expiresAt }: ListedUser["roles"][number]): UserView["roles"][number] {
  return { id, name, ...(expiresAt === null ? {} : { expiresAt: new Date(expiresAt).toISOString() }) };
}
