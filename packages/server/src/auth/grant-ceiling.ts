/** The grant ceiling with time: nobody gives what they don't hold, nor for longer than they hold it. */
import { mayGive, type PermissionSet, permissionSet } from "@gatehouse/access";
import { type ApiError, grantCeilingExceeded, grantOutlastsActor } from "../errors/api-error.ts";
import type { Actor } from "./actor.ts";
import { listEndingBefore } from "./permission-ends.ts";

/** The part of an actor that the ceiling depends on. */
export type Giver = Pick<Actor, "permissions" | "permissionEnds">;

/** What is given, named for the error ("The role Marketer"), and until when; null for no end. */
interface Gift {
  readonly what: string;
  readonly permissions: PermissionSet;
  readonly expiresAt: Date | null;
}

/** Why the actor can't give this; null when they can. */
export function findGrantError(actor: Giver, { what, permissions, expiresAt }: Gift): ApiError | null {
  const ceiling = mayGive(actor.permissions, permissions);
  if (!ceiling.allowed) return grantCeilingExceeded(what, ceiling.missing);
  return findOutlastingError(actor, { what, names: permissionSet.names(permissions), expiresAt });
}

/** Why permissions that the actor holds can't be given until `expiresAt`: the actor's own end before. Null when they can. */
export function findOutlastingError(
  { permissionEnds }: Pick<Actor, "permissionEnds">,
  gift: { readonly what: string; readonly names: Iterable<string>; readonly expiresAt: Date | null },
): ApiError | null {
  const ending = listEndingBefore(permissionEnds, gift.names, gift.expiresAt);
  const first = ending.map((name) => permissionEnds.get(name)).reduce(earlier, undefined);
  return first === undefined ? null : grantOutlastsActor(gift.what, ending, first);
}

function earlier(first: Date | undefined, second: Date | undefined): Date | undefined {
  if (first === undefined || second === undefined) return first ?? second;
  return second < first ? second : first;
}
