import { record } from "../../audit/record.ts";
import type { AuthenticatedActor } from "../../auth/actor.ts";
import { markOwnAccessRevoked } from "../../auth/authority.ts";
import { authorizeWrite } from "../../auth/authorize-write.ts";
import type { RowVersion } from "../../db/row-version.ts";
import type { Deps } from "../../deps.ts";
import { preconditionFailed } from "../../errors/common-errors.ts";
import { endSessionsWithoutMembership } from "../sessions/index.ts";
import { mapDatabaseError } from "./errors.ts";
import { deleteUser } from "./queries.ts";
import { findTarget, isSelf } from "./target.ts";

/**
 * Removes a user and their grants from the organization. An actor who may remove users may also remove themselves.
 * Sessions end immediately unless the account is an active user of another organization.
 * @throws ApiError not-found, forbidden/grant-ceiling, precondition/failed, users/last-owner
 */
export async function removeUser(
  deps: Pick<Deps, "db" | "clock" | "ids">,
  actor: AuthenticatedActor,
  input: { readonly userId: string; readonly version: RowVersion },
): Promise<void> {
  const { organizationId } = actor;
  try {
    await authorizeWrite(deps, actor, async (tx, actor) => {
      const { user } = await findTarget(tx, actor, input.userId, deps.clock.now());
      if (user.version !== input.version) throw preconditionFailed(user.version);
      if (!(await deleteUser(tx, organizationId, user))) throw preconditionFailed(user.version, 1);
      if (isSelf(actor, user.id)) markOwnAccessRevoked(tx);
      await endSessionsWithoutMembership(tx, user.accountId, organizationId);
      const changes = [
        { field: "email", before: user.email, after: null },
        { field: "roles", before: user.grants.map(({ role }) => role.name), after: null },
      ] as const;
      const target = { type: "user", id: user.id, name: user.name };
      await record(deps, tx, actor, [{ action: "users.removed", target, changes }]);
    });
  } catch (error) {
    throw mapDatabaseError(error);
  }
}
