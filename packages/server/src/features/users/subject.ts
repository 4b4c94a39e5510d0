/** What a user may do now. */
import { type Catalogue, type CompiledRole, compileRoles, type Subject, subjectAt } from "@gatehouse/access";
import type { ActorReference } from "@gatehouse/sdk/contract";
import type { Tx } from "../../database/database.ts";
import { findUser, type StoredUser } from "./queries.ts";

/** Effective permissions, each with who gave it. */
export type UserSubject = Subject<string, ActorReference>;

/** A user's grants against the catalogue. Status makes no difference: whoever is suspended keeps their rights on paper. */
function subjectOf(catalogue: Catalogue, user: Pick<StoredUser, "grants">, now: Date): UserSubject {
  return subjectAt({
    catalogue,
    roles: compileGranted(catalogue, user),
    grants: user.grants.map(({ role, ...grant }) => ({ roleId: role.id, ...grant })),
    now,
  });
}

/** The roles that a user holds, by id. */
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
  return user === null ? null : { user, subject: subjectOf(input.catalogue, user, input.now) };
}
