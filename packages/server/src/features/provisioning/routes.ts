import * as contract from "@gatehouse/sdk/contract";
import { authorizeWrite } from "../../auth/authorize-write.ts";
import type { Deps } from "../../deps.ts";
import { withIdempotency } from "../../http/idempotency.ts";
import type { Route } from "../../http/route.ts";
import { mapDatabaseError } from "../users/index.ts";
import { createUser, putUser } from "./create-user.ts";

/** Registers the endpoints that create users without a sign-in to Gatehouse. */
export function registerProvisioningRoutes(route: Route, deps: Deps): void {
  route(contract.createUser, { permission: "users:create" }, async ({ actor, body, idempotency }) => {
    try {
      return await authorizeWrite(deps, actor, (tx, actor) =>
        withIdempotency(deps, tx, actor, idempotency, async () => ({
          status: contract.createUser.success.status,
          body: await createUser(deps, tx, actor, body),
        })),
      );
    } catch (error) {
      throw mapDatabaseError(error);
    }
  });

  route(contract.putUserByExternalId, { permission: "users:create" }, async ({ actor, params, body }) => {
    const { user, isCreated } = await putUser(deps, actor, params.externalId, body);
    const { status, existingStatus } = contract.putUserByExternalId.success;
    return { body: user, status: isCreated ? status : existingStatus };
  });
}
