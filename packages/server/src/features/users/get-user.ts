import { explain, type PermissionPath, permissionSet, subjectAt } from "@gatehouse/access";
import {
  type ActorReference,
  foldText,
  type Language,
  type Reason,
  type Total,
  type UserDetails,
  type UserView,
} from "@gatehouse/sdk/contract";
import * as z from "zod/mini";
import type { Actor } from "../../auth/actor.ts";
import { getCatalogue } from "../../auth/catalogue-cache.ts";
import { getCachedRoles, readWithRoles } from "../../auth/role-cache.ts";
import { translateRole } from "../../db/role-texts.ts";
import type { RowVersion } from "../../db/row-version.ts";
import type { Deps } from "../../deps.ts";
import { notFound } from "../../errors/api-error.ts";
import { decodeCursor, encodeCursor } from "../../http/pagination.ts";
import {
  findUserWithRoleVersions,
  type StoredGrant,
  type StoredUser,
  type UserWithRoleVersions,
} from "./queries.ts";
import type { ListedUser } from "./user-pages.ts";

/**
 * A user with the grant details of each role, and the version.
 * @throws ApiError not-found
 */
export async function getUser(
  deps: Pick<Deps, "db" | "clock">,
  actor: Actor,
  userId: string,
  ahead: UserWithRoleVersions | null = null,
): Promise<{ readonly user: UserDetails; readonly version: RowVersion }> {
  const { organizationId } = actor;
  const now = deps.clock.now();
  const read = () =>
    deps.db.tenant(organizationId, (tx) => findUserWithRoleVersions(tx, { organizationId, userId, now }), {
      readOnly: true,
    });
  const user = ahead ?? (await read());
  if (user === null) throw notFound();
  return { user: toUserDetails(user, actor.language), version: user.version };
}

/** Sources on a page of permissions: some 200 bytes each. */
const maxSources = 600;

/** The place in the catalogue at which the next page starts. */
const cursorSchema = z.strictObject({ position: z.int().check(z.gte(1), z.lte(100_000)) });

/**
 * The effective permissions of a user, in catalogue order, each with every role that grants it. A page ends with the permission that
 * has the last of 600 sources.
 * @throws ApiError not-found, request/cursor
 */
export async function getUserPermissions(
  deps: Pick<Deps, "db" | "clock">,
  actor: Actor,
  { userId, cursor }: { readonly userId: string; readonly cursor?: string | undefined },
): Promise<{
  readonly items: { permission: string; because: Reason[] }[];
  readonly nextCursor: string | null;
  readonly total: Total;
}> {
  const start = decodeCursor(cursorSchema, cursor)?.position ?? 0;
  const { user, subject } = await loadSubject(deps, actor.organizationId, userId);
  const roleNames = new Map(
    user.grants.map(({ role }) => [role.id, translateRole(role, actor.language).name]),
  );
  const held = permissionSet.names(subject.permissions);
  const { positions } = subject.permissions.catalogue;
  const items: { permission: string; because: Reason[] }[] = [];
  let sources = 0;
  let nextCursor: string | null = null;
  for (const permission of held) {
    const position = positions.get(permission) ?? 0;
    if (position < start) continue;
    if (sources >= maxSources) {
      nextCursor = encodeCursor({ position });
      break;
    }
    const because = explain(subject, permission).because.map((path) => ({
      ...toReason(path),
      roleName: roleNames.get(path.roleId) ?? path.roleName,
    }));
    sources += because.length;
    items.push({ permission, because });
  }
  return { items, nextCursor, total: { count: held.length, exact: true } };
}

async function loadSubject(deps: Pick<Deps, "db" | "clock">, organizationId: string, userId: string) {
  const now = deps.clock.now();
  return readWithRoles(deps, organizationId, {
    read: () =>
      deps.db.tenant(
        organizationId,
        async (tx) => {
          const user = await findUserWithRoleVersions(tx, { organizationId, userId, now });
          if (user === null) throw notFound();
          return { user, catalogue: await getCatalogue(tx, organizationId) };
        },
        { readOnly: true },
      ),
    resolve: ({ user, catalogue }) => {
      const roles = getCachedRoles(
        catalogue,
        user.grants.map(({ role }) => role),
      );
      if (roles === null) return null;
      const grants = user.grants.map(({ role, ...grant }) => ({ roleId: role.id, ...grant }));
      return { user, subject: subjectAt({ catalogue, roles, grants, now }) };
    },
    listRoleIds: ({ user }) => user.grants.map(({ role }) => role.id),
  });
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

type ShownGrant = Omit<StoredGrant, "role"> & { readonly role: Omit<StoredGrant["role"], "permissions"> };
type ShownUser = Omit<StoredUser, "grants"> & { readonly grants: readonly ShownGrant[] };

/** A user with the grant details of each role, in display order: the built-in role first, then by name in the language. */
export function toUserDetails(user: ShownUser, language: Language | null): UserDetails {
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

function compareGrants({ role: first }: ShownGrant, { role: second }: ShownGrant): number {
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
