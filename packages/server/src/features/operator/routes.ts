import * as contract from "@gatehouse/sdk/contract";
import { noVersion } from "../../db/row-version.ts";
import type { Deps } from "../../deps.ts";
import type { Route } from "../../http/route.ts";
import { createOrganizationForOperator } from "./create.ts";
import { listOrganizations } from "./list.ts";
import { deleteOperated, editOperated, getOperated, restoreOperated } from "./manage.ts";

const policy = { operator: true } as const;

/** Registers the operator's endpoints. */
export function registerOperatorRoutes(route: Route, deps: Deps): void {
  route(contract.listOrganizations, policy, async ({ query }) => ({
    body: await listOrganizations(deps, query),
  }));

  route(contract.createOrganization, policy, async ({ body, origin, idempotency }) => ({
    body: await createOrganizationForOperator(deps, { body, origin, idempotency }),
  }));

  route(contract.getOperatedOrganization, policy, async ({ params }) => {
    const { organization, version } = await getOperated(deps, params.organizationId);
    return { body: organization, version };
  });

  route(contract.editOperatedOrganization, policy, async ({ params, body, ifMatch, origin }) => {
    const input = { version: ifMatch ?? noVersion, edit: body, origin };
    const { organization, version } = await editOperated(deps, params.organizationId, input);
    return { body: organization, version };
  });

  route(contract.deleteOrganization, policy, async ({ params, body, ifMatch, origin }) => {
    const input = { version: ifMatch ?? noVersion, name: body.name, origin };
    const restorableUntil = await deleteOperated(deps, params.organizationId, input);
    return { body: { restorableUntil: restorableUntil.toISOString() } };
  });

  route(contract.restoreOrganization, policy, async ({ params, origin }) => {
    const { organization, version } = await restoreOperated(deps, params.organizationId, origin);
    return { body: organization, version };
  });
}
