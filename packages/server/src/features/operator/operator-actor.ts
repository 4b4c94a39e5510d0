import type { Catalogue } from "@gatehouse/access";
import type { RequestOrigin, SystemActor } from "../../auth/actor.ts";
import { allPermissions } from "../../auth/memberships.ts";

/** Who acts in an organization for the operator: as recorded in its audit log. */
export const operator = { type: "system", id: null, name: "Operator" } as const;

/** The operator in an organization, with every permission of its catalogue. */
export function createOperatorActor(
  organizationId: string,
  catalogue: Catalogue,
  origin: RequestOrigin,
): SystemActor {
  return {
    ...operator,
    organizationId,
    ownUserId: null,
    accountId: null,
    sessionId: null,
    language: null,
    ...allPermissions(catalogue),
    origin,
  };
}
