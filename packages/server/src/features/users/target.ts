/** The user that an action applies to, and their effective permissions. */
import {
  type Catalogue,
  type CompiledRole,
  compileRoles,
  mayActOn,
  type Subject,
  subjectAt,
} from "@gatehouse/access";
import type { ActorReference } from "@gatehouse/sdk/contract";
import type { Actor } from "../../auth/actor.ts";
import type { Tx } from "../../db/database.ts";
import { grantCeilingExceeded, notFound } from "../../errors/api-error.ts";
import { findUser, type StoredUser } from "./queries.ts";

/** A user with their effective permissions. */
export interface Target {
  readonly user: StoredUser;
  readonly subject: UserSubject;
}

/**
 * The user, if the actor may act on them: the user's permissions are a subset of the actor's.
 * @throws ApiError not-found, forbidden/grant-ceiling
 */
export async function findTarget(tx: Tx, actor: Actor, userId: string, now: Date): Promise<Target> {
  const user = await findUser(tx, { organizationId: actor.organizationId, userId, now });
  if (user === null) throw notFound();
  return requireTarget(actor, user, now);
}

/**
 * A loaded user as the target, if the actor may act on them.
 * @throws ApiError forbidden/grant-ceiling
 */
export function requireTarget(actor: Actor, user: StoredUser, now: Date): Target {
  const subject = createSubject(actor.catalogue, user, now);
  const ceiling = mayActOn(actor.permissions, subject.permissions);
  if (!ceiling.allowed) throw grantCeilingExceeded(user.name, ceiling.missing);
  return { user, subject };
}

/** Whether the user is the actor, or the creator of the actor's API key. */
export function isSelf(actor: Actor, userId: string): boolean {
  return actor.ownUserId === userId;
}

/** Effective permissions, each with who granted it. */
export type UserSubject = Subject<string, ActorReference>;

/** Ignores the status: a suspended user keeps the grants. */
function createSubject(catalogue: Catalogue, user: Pick<StoredUser, "grants">, now: Date): UserSubject {
  return subjectAt({
    catalogue,
    roles: compileGranted(catalogue, user),
    grants: user.grants.map(({ role, ...grant }) => ({ roleId: role.id, ...grant })),
    now,
  });
}

/** The roles of a user, by id. */
export function compileGranted(
  catalogue: Catalogue,
  user: Pick<StoredUser, "grants">,
): ReadonlyMap<string, CompiledRole> {
  return compileRoles(
    catalogue,
    user.grants.map(({ role }) => role),
  );
}

/** A user with their effective permissions at `now`, or null when the organization has no such user. */
export async function findSubject(
  tx: Tx,
  input: {
    readonly organizationId: string;
    readonly catalogue: Catalogue;
    readonly userId: string;
    readonly now: Date;
  },
): Promise<{ readonly user: StoredUser; readonly subject: UserSubject } | null> {
  const user = await findUser(tx, input);
  return user === null ? null : { user, subject: createSubject(input.catalogue, user, input.now) };
}
