import { explainAll, type PermissionPath } from "@gatehouse/access";
import type { ActorReference, Reason } from "@gatehouse/sdk/contract";
import type { Deps } from "../../deps.ts";
import type { Actor } from "../../http/actor.ts";
import { notFound } from "../../http/refusal.ts";
import { findSubject } from "./subject.ts";

/**
 * What a user's roles allow, in catalogue order, each with every way by which it is held.
 * @throws Refusal not-found
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
      because: because.map(viewPath),
    })),
  };
}

function viewPath({ grantedAt, expiresAt, ...path }: PermissionPath<string, ActorReference>): Reason {
  return {
    ...path,
    grantedAt: grantedAt.toISOString(),
    ...(expiresAt === undefined ? {} : { expiresAt: expiresAt.toISOString() }),
  };
}
