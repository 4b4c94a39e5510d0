import { explainAll, type PermissionPath } from "@gatehouse/access";
import type { ActorReference, Reason, UserDetails } from "@gatehouse/sdk/contract";
import type { Actor } from "../../auth/actor.ts";
import type { RowVersion } from "../../db/row-version.ts";
import type { Deps } from "../../deps.ts";
import { notFound } from "../../errors/api-error.ts";
import { findUser } from "./queries.ts";
import { findSubject } from "./target.ts";
import { toUserDetails } from "./user-view.ts";

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
  return { user: toUserDetails(user), version: user.version };
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
  return {
    items: explainAll(found.subject).map(({ permission, because }) => ({
      permission,
      because: because.map(toReason),
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
