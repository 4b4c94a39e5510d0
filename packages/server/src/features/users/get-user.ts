import type { UserDetails } from "@gatehouse/sdk/contract";
import type { RowVersion } from "../../database/row-version.ts";
import type { Deps } from "../../deps.ts";
import type { Actor } from "../../http/actor.ts";
import { notFound } from "../../http/refusal.ts";
import { findUser } from "./queries.ts";
import { viewUser } from "./user-view.ts";

/**
 * One user with the history of each role, and the version.
 * @throws Refusal not-found
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
  return { user: viewUser(user), version: user.version };
}
