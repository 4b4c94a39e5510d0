import type { Catalogue } from "@gatehouse/access";
import { type CatalogueGroup, getPermissions, putPermissions } from "@gatehouse/sdk/contract";
import { getCatalogueVersion } from "../../auth/catalogue-cache.ts";
import { noVersion } from "../../db/row-version.ts";
import type { Deps } from "../../deps.ts";
import type { Route } from "../../http/route.ts";
import { changeCatalogue } from "./change-catalogue.ts";

/** Registers the endpoints of the catalogue. */
export function registerCatalogueRoutes(route: Route, deps: Deps): void {
  route(getPermissions, { member: true }, async ({ actor }) => ({
    body: toCatalogueView(actor.catalogue),
    version: getCatalogueVersion(actor.catalogue),
  }));

  route(putPermissions, { permission: "organization:edit" }, async ({ actor, body, query, ifMatch }) => {
    const { change, version } = await changeCatalogue(deps, actor, {
      declaration: body,
      drop: query.drop?.split(",") ?? [],
      version: query.preview === "true" ? null : (ifMatch ?? noVersion),
    });
    return { body: change, version };
  });
}

/** The groups of a catalogue, the built-in groups last. */
function toCatalogueView({ definition }: Catalogue): { readonly groups: CatalogueGroup[] } {
  return {
    groups: definition.map((group) => ({
      ...group,
      actions: group.actions.map((action) => ({ ...action, implies: [...action.implies] })),
    })),
  };
}
