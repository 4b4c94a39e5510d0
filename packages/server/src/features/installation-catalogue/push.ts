/** A push: one catalogue and templates of roles for all organizations of an installation. */
import { type Catalogue, compileRole } from "@gatehouse/access";
import { restoreCatalogue, withOwnGroups } from "@gatehouse/access/catalogue";
import type { InstallationCatalogueBody, RoleTemplate } from "@gatehouse/sdk/contract";
import { ApiError, unknownPermissions } from "../../errors/api-error.ts";
import { readCatalogue } from "../permissions/index.ts";
import { foldNames, hashTemplate, readTranslations } from "../roles/index.ts";
import type { PushActor, StoredPush, StoredTemplate } from "./queries.ts";

/** A stored push, as it is applied. */
export interface Push {
  readonly version: number;
  /** With the built-in groups. */
  readonly catalogue: Catalogue;
  readonly definitionHash: string;
  readonly templates: readonly (StoredTemplate & { readonly hash: string })[];
  readonly drop: readonly string[] | "all";
  readonly pushedBy: PushActor;
}

/** Compiles a stored push. */
export function compilePush({
  version,
  definition,
  definitionHash,
  roles,
  dropped,
  pushedBy,
}: Omit<StoredPush, "rowVersion" | "pushedAt">): Push {
  return {
    version,
    catalogue: withOwnGroups(restoreCatalogue(definition)),
    definitionHash,
    templates: roles.map((template) => ({ ...template, hash: hashTemplate(template) })),
    drop: dropped ?? "all",
    pushedBy,
  };
}

/** What a request pushes, checked. */
export interface PushContent {
  readonly catalogue: Catalogue;
  readonly templates: readonly StoredTemplate[];
  readonly drop: readonly string[] | "all";
}

/**
 * Checks a request. Without roles it keeps the templates of the push before.
 * @throws ApiError permissions/invalid, permissions/unknown, request/invalid, roles/name-taken
 */
export function readPush(
  { groups, roles, drop = [], dropAll = false }: InstallationCatalogueBody,
  before: readonly StoredTemplate[],
): PushContent {
  const catalogue = readCatalogue(groups, "groups");
  const templates = roles?.map(toStored) ?? before;
  requireDistinct(templates);
  requireKnown(catalogue, templates, roles === undefined);
  return {
    catalogue,
    templates: templates.map((template) => ({
      ...template,
      permissions: [...compileRole(catalogue, { ...template, id: template.key, isOwner: false }).chosen],
    })),
    drop: dropAll ? "all" : drop,
  };
}

function toStored({
  key,
  name,
  description = "",
  translations = {},
  permissions,
}: RoleTemplate): StoredTemplate {
  return { key, name, description, translations: readTranslations(translations), permissions };
}

/** The built-in role has these names in every organization. */
const ownerNames = foldNames({ name: "Owner", translations: { tr: { name: "Sahip" } } });

function requireDistinct(templates: readonly StoredTemplate[]): void {
  const keys = new Set<string>();
  const names = [ownerNames];
  for (const [index, template] of templates.entries()) {
    if (keys.has(template.key))
      throw invalidTemplate(
        `roles.${index}.key`,
        "request/invalid",
        `The key ${template.key} is declared twice.`,
      );
    keys.add(template.key);
    const folded = foldNames(template);
    if (names.some((other) => isSameName(folded, other)))
      throw invalidTemplate(
        `roles.${index}.name`,
        "roles/name-taken",
        `Another role is named ${template.name}, by default or in a language; case and accents make no difference.`,
      );
    names.push(folded);
  }
}

type Names = ReturnType<typeof foldNames>;

/** Whether two roles can't be in one organization: they have the same default name, or the same name in a language. */
export function isSameName(one: Names, other: Names): boolean {
  const isSameIn = (language: string) =>
    (one.nameKeys[language] ?? one.nameKey) === (other.nameKeys[language] ?? other.nameKey);
  return one.nameKey === other.nameKey || isSameIn("en") || isSameIn("tr");
}

function requireKnown(catalogue: Catalogue, templates: readonly StoredTemplate[], areKept: boolean): void {
  const names = templates.flatMap(({ permissions }, role) =>
    permissions.map((permission, at) => ({ permission, path: `roles.${role}.permissions.${at}` })),
  );
  const unknown = unknownPermissions(
    catalogue,
    names.map(({ permission }) => permission),
    (index) => names[index]?.path ?? "roles",
  );
  if (unknown === null) return;
  if (!areKept) throw unknown;
  const { detail, errors } = unknown.details;
  throw new ApiError("permissions/unknown", {
    detail: `A role of the push before gives what these groups don't have. Push the roles, too. ${detail}`,
    ...(errors === undefined ? {} : { errors }),
  });
}

function invalidTemplate(
  path: string,
  code: "request/invalid" | "roles/name-taken",
  detail: string,
): ApiError {
  return new ApiError(code, { detail, errors: [{ path, code, detail }] });
}
