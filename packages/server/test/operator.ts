/** The operator of the server as an actor in an organization, as on the command line. */
import type { SystemActor } from "../src/auth/actor.ts";
import { createCommandLineActor } from "../src/cli/organization-target.ts";
import type { TestApp } from "./create-test-app.ts";

/** Creates the actor. */
export async function createOperator(
  { deps }: Pick<TestApp, "deps">,
  { organizationId }: { readonly organizationId: string },
): Promise<SystemActor> {
  return createCommandLineActor(deps, organizationId, "test");
}
