/** Errors of role edits. */
import type { Language } from "@gatehouse/sdk/contract";
import { ApiError } from "../../errors/api-error.ts";
import type { NewRole } from "./queries.ts";

/** Maximum number of ids in an error. */
const maxIds = 20;

/** These ids are not roles of this organization. `path` is their location in the request. */
export function unknownRoles(ids: readonly string[], path: string): ApiError {
  const detail =
    "There is no such role in this organization. Load the list of roles again and choose another.";
  return new ApiError("roles/unknown", {
    detail,
    errors: [{ path, code: "roles/unknown", detail }],
    params: { roleIds: ids.slice(0, maxIds) },
  });
}

/** The built-in role is read-only. */
export function systemRole(next: string): ApiError {
  return new ApiError("forbidden/system-role", {
    detail: `The role Owner is built in and can't be changed. ${next}`,
  });
}

/** The actor has the role, so the edit would change their own permissions. */
export function ownRole(name: string): ApiError {
  return new ApiError("forbidden/own-roles", {
    detail: `You have the role ${name}, so this would change your own permissions. Ask another manager.`,
  });
}

/** A role's name, with its names in other languages. */
export type NamedRole = Pick<NewRole, "name" | "translations">;

const languageNames: Readonly<Record<Language, string>> = { en: "English", tr: "Turkish" };

/** Another role has this name, ignoring case and accents; in a language, or by default. */
export function nameTaken({ name, translations }: NamedRole, language: Language | null): ApiError {
  const translated = language === null ? undefined : translations?.[language]?.name;
  const where = language === null ? "" : ` in ${languageNames[language]}`;
  const detail = `A role named ${translated ?? name}${where} exists already; case and accents make no difference. Choose another name.`;
  const path = translated === undefined ? "name" : `translations.${language}.name`;
  return new ApiError("roles/name-taken", {
    detail,
    errors: [{ path, code: "roles/name-taken", detail }],
    params: { language },
  });
}

/** Users or invitations have the role. */
export function inUse(usage: { readonly users: number; readonly invitations: number }): ApiError {
  return new ApiError("roles/in-use", {
    detail: "Users or invitations have this role. Choose a role to replace it.",
    params: { users: usage.users, invitations: usage.invitations },
  });
}

/** A requested role with its end. */
interface RequestedRole {
  readonly id: string;
  readonly expiresAt?: string | null | undefined;
}

/** Why a role can't get this end: it isn't in the future, or the role is the owner role. Null when it can. */
function findEndError(
  { expiresAt }: Pick<RequestedRole, "expiresAt">,
  role: { readonly isOwner: boolean },
  now: Date,
): { readonly code: string; readonly detail: string } | null {
  if (expiresAt == null) return null;
  if (role.isOwner)
    return { code: "roles/owner-has-no-end", detail: "The role Owner has no end. Leave the end out." };
  if (new Date(expiresAt) <= now)
    return { code: "roles/end-past", detail: "This end is not in the future. Choose a later one." };
  return null;
}

/**
 * Requires that a single end, the field `expiresAt` of a body, is in the future, and that the owner role has none.
 * @throws ApiError request/invalid
 */
export function requireValidEnd(
  requested: Pick<RequestedRole, "expiresAt">,
  role: { readonly isOwner: boolean },
  now: Date,
): void {
  const error = findEndError(requested, role, now);
  if (error !== null)
    throw new ApiError("request/invalid", {
      detail: error.detail,
      errors: [{ path: "expiresAt", ...error }],
    });
}

/**
 * Requires that every end is in the future, and that the owner role has none.
 * @throws ApiError request/invalid
 */
export function requireValidEnds(
  requested: readonly RequestedRole[],
  roles: ReadonlyMap<string, { readonly isOwner: boolean }>,
  { now, path }: { readonly now: Date; readonly path: string },
): void {
  const errors = requested.flatMap((one, index) => {
    const role = roles.get(one.id);
    const error = role === undefined ? null : findEndError(one, role, now);
    return error === null ? [] : [{ path: `${path}.${index}.expiresAt`, ...error }];
  });
  const [first] = errors;
  if (first !== undefined) throw new ApiError("request/invalid", { detail: first.detail, errors });
}
