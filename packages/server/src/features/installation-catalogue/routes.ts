import * as contract from "@gatehouse/sdk/contract";
import { noVersion } from "../../db/row-version.ts";
import type { Deps } from "../../deps.ts";
import type { Route } from "../../http/route.ts";
import { operator } from "../operator/index.ts";
import { getInstallationCatalogue, putInstallationCatalogue } from "./put-catalogue.ts";

const policy = { operator: true } as const;

/** Registers the endpoints of the installation's catalogue. */
export function registerInstallationCatalogueRoutes(route: Route, deps: Deps): void {
  route(contract.getInstallationCatalogue, policy, async () => {
    const { catalogue, version } = await getInstallationCatalogue(deps);
    return { body: catalogue, version };
  });

  route(contract.putInstallationCatalogue, policy, async ({ body, ifMatch, origin }) => {
    const { catalogue, version } = await putInstallationCatalogue(deps, {
      body,
      version: ifMatch ?? noVersion,
      pushedBy: { name: operator.name, origin },
    });
    return { body: catalogue, version };
  });
}
