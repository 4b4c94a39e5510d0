import type { Catalogue, CatalogueGroup, LocalizedText } from "@gatehouse/access";
import { inLanguage } from "@gatehouse/access/catalogue";
import {
  type catalogueReplacement,
  getPermissions,
  type Language,
  putPermissions,
} from "@gatehouse/sdk/contract";
import type * as z from "zod/mini";
import { localizeBuiltinGroup } from "../../auth/builtin-texts.ts";
import { getCatalogueVersion } from "../../auth/catalogue-cache.ts";
import { noVersion } from "../../db/row-version.ts";
import type { Deps } from "../../deps.ts";
import type { Route } from "../../http/route.ts";
import { changeCatalogue } from "./change-catalogue.ts";

/** Registers the endpoints of the catalogue. */
export function registerCatalogueRoutes(route: Route, deps: Deps): void {
  route(getPermissions, { member: true }, async ({ actor, query }) => ({
    body: toCatalogueView(actor.catalogue, query.language === "all" ? null : (actor.language ?? "en")),
    version: getCatalogueVersion(actor.catalogue),
  }));

  route(putPermissions, { permission: "organization:edit" }, async ({ actor, body, query, ifMatch }) => {
    const { groups, drop = [], dropAll = false } = isReplacement(body) ? body : { groups: body };
    const { change, version } = await changeCatalogue(deps, actor, {
      declaration: groups,
      drop: dropAll || query.dropAll === "true" ? "all" : [...drop, ...(query.drop?.split(",") ?? [])],
      version: query.preview === "true" ? null : (ifMatch ?? noVersion),
    });
    return { body: change, version };
  });
}

type Body = z.output<typeof putPermissions.body>;

/** Whether the groups have something beside them. A declaration may have a group named "groups", but a group is an object. */
function isReplacement(body: Body): body is z.output<typeof catalogueReplacement> {
  if (Array.isArray(body)) return false;
  const { groups, drop, dropAll } = body;
  return (
    Array.isArray(groups) || (groups !== undefined && (Array.isArray(drop) || typeof dropAll === "boolean"))
  );
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
    groups: definition.map(localizeBuiltinGroup).map((group) => ({
      ...localize(group),
      actions: group.actions.map((action) => ({ ...localize(action), implies: [...action.implies] })),
    })),
  };
}

function toText(text: LocalizedText, language: Language | null): LocalizedText {
  return language === null ? text : inLanguage(text, language);
}
