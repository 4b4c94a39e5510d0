/** Users as the wire shows them. Pure. */
import type { UserDetails, UserView } from "@gatehouse/sdk/contract";
import type { ListedUser } from "./list-queries.ts";
import type { StoredUser } from "./queries.ts";

/** A row of the list. */
export function viewListedUser(user: ListedUser): UserView {
  return { ...profile(user), roles: user.roles.map(viewRole) };
}

/** A user with the history of each role. */
export function viewUser(user: StoredUser): UserDetails {
  return {
    ...profile(user),
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

function profile(user: Omit<ListedUser, "roles" | "sortKey">): Omit<UserView, "roles"> {
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

function viewRole({ id, name, expiresAt }: ListedUser["roles"][number]): UserView["roles"][number] {
  return { id, name, ...(expiresAt === null ? {} : { expiresAt: new Date(expiresAt).toISOString() }) };
}
