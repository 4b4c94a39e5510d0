import type { Catalogue, CatalogueGroup, LocalizedText } from "@gatehouse/access";
import { inLanguage } from "@gatehouse/access/catalogue";
import { getPermissions, type Language, putPermissions } from "@gatehouse/sdk/contract";
import { getCatalogueVersion } from "../../auth/catalogue-cache.ts";
import { noVersion } from "../../db/row-version.ts";
import type { Deps } from "../../deps.ts";
import type { Route } from "../../http/route.ts";
import { changeCatalogue } from "./change-catalogue.ts";

/** Registers the endpoints of the catalogue. */
export function registerCatalogueRoutes(route: Route, deps: Deps): void {
  route(getPermissions, { member: true }, async ({ actor, query }) => ({
    body: toCatalogueView(actor.catalogue, query.language === "all" ? null : actor.language),
    version: getCatalogueVersion(actor.catalogue),
  }));

  route(putPermissions, { permission: "organization:edit" }, async ({ actor, body, query, ifMatch }) => {
    const { change, version } = await changeCatalogue(deps, actor, {
      declaration: body,
      drop: query.dropAll === "true" ? "all" : (query.drop?.split(",") ?? []),
      version: query.preview === "true" ? null : (ifMatch ?? noVersion),
    });
    return { body: change, version };
  });
}

/** The groups of a catalogue, the built-in groups last, in one language or, with null, in all. */
function toCatalogueView({ definition }: Catalogue, language: Language | null) {
  const localize = <T extends Pick<CatalogueGroup, "label" | "description">>({
    label,
    description,
    ...rest
  }: T) => ({
    ...rest,
    label: toText(label, language),
    ...(description === undefined ? {} : { description: toText(description, language) }),
  });
  return {
    groups: definition.map((group) => ({
      ...localize(group),
      actions: group.actions.map((action) => ({ ...localize(action), implies: [...action.implies] })),
    })),
  };
}

function toText(text: LocalizedText, language: Language | null): LocalizedText {
  return language === null ? text : inLanguage(text, language);
}
