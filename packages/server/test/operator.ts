/** The operator of the server as an actor in an organization, as on the command line. */
import { permissionSet } from "@gatehouse/access";
import type { SystemActor } from "../src/auth/actor.ts";
import { getCatalogue } from "../src/auth/catalogue-cache.ts";
import { noEnds } from "../src/auth/permission-ends.ts";
import type { TestApp } from "./create-test-app.ts";

/** Creates the actor. */
export async function createOperator(
  { deps }: Pick<TestApp, "deps">,
  { organizationId }: { readonly organizationId: string },
): Promise<SystemActor> {
  const catalogue = await deps.db.tenant(organizationId, (tx) => getCatalogue(tx, organizationId), {
    readOnly: true,
  });
  return {
    type: "system",
    id: null,
    name: "Command line",
    organizationId,
    ownUserId: null,
    accountId: null,
    sessionId: null,
    language: null,
    catalogue,
    permissions: permissionSet.all(catalogue),
    permissionEnds: noEnds,
    origin: { ip: null, userAgent: "gatehouse test", requestId: "test" },
  };
}
