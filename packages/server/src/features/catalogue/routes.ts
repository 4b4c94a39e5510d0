import { putPermissions } from "@gatehouse/sdk/contract";
import { noVersion } from "../../database/row-version.ts";
import type { Deps } from "../../deps.ts";
import type { Bind } from "../../http/bind.ts";
import { changeCatalogue } from "./change-catalogue.ts";

/** Binds the change of the catalogue. */
export function registerCatalogueRoutes(bind: Bind, deps: Deps): void {
  bind(putPermissions, { permission: "organization:edit" }, async ({ actor, body, query, ifMatch }) => {
    const { change, version } = await changeCatalogue(deps, actor, {
      declaration: body,
      drop: query.drop?.split(",") ?? [],
      version: query.preview === "true" ? null : (ifMatch ?? noVersion),
    });
    return { body: change, version };
  });
}
