/** Validates the people of a list. */

import type { RoleNames } from "@gatehouse/sdk/contract";
import { type EmailFault, parseEmail } from "@gatehouse/sdk/contract";
import type { OfferedRole } from "../compose/invitation-options.tsx";
import type { ListedPerson } from "../sheet/listed-rows.ts";

/** Maximum number of people in a list. */
export const maxPeople = 1000;
/** Maximum file size in bytes: about ten times the size of 1,000 people with long names. */
export const maxBytes = 5 * 1024 * 1024;

/** Why a person in the list is invalid. */
type PersonError =
  | { readonly is: "address"; readonly fault: EmailFault }
  | { readonly is: "duplicate" | "no-role" | "columns" | "lines" }
  | { readonly is: "unknown-role" | "ambiguous-roles"; readonly role: string };

/** A person of the list with their roles. */
export interface ValidatedPerson extends ListedPerson {
  /** Canonical; null if the address is invalid. */
  readonly email: string | null;
  readonly roleIds: readonly string[];
  /** The same roles with their ends; absent if they have none. */
  readonly offered?: readonly OfferedRole[];
  readonly error: PersonError | null;
}

/** The roles of a person in a request. */
export function toRequestedRoles({ roleIds, offered }: Pick<ValidatedPerson, "roleIds" | "offered">) {
  return offered === undefined ? { roleIds: [...roleIds] } : { roles: [...offered] };
}

/** Validates a list. Rows without roles get `defaultRoleIds`; of duplicate addresses the first is used. */
export function validatePeople(
  people: readonly ListedPerson[],
  roles: RoleNames,
  defaultRoleIds: readonly string[],
): readonly ValidatedPerson[] {
  const seen = new Set<string>();
  return people.map((person) => {
    if (person.fault !== undefined)
      return { ...person, email: null, roleIds: [], error: { is: person.fault } };
    const read = parseEmail(person.text);
    if (!read.ok) {
      const fault = person.text !== "" && !person.text.includes("@") ? "no-at" : read.fault;
      return { ...person, email: null, roleIds: [], error: { is: "address", fault } };
    }
    const { email } = read;
    const isDuplicate = seen.has(email);
    seen.add(email);
    const { roleIds, error } = resolveRoles(person, roles, defaultRoleIds);
    return { ...person, email, roleIds, error: isDuplicate ? { is: "duplicate" } : error };
  });
}

function resolveRoles(
  person: ListedPerson,
  names: RoleNames,
  defaultRoleIds: readonly string[],
): Pick<ValidatedPerson, "roleIds" | "error"> {
  if (person.roles === undefined)
    return { roleIds: defaultRoleIds, error: defaultRoleIds.length === 0 ? { is: "no-role" } : null };
  const roleIds = new Set<string>();
  for (const cell of person.roles) {
    const found = names.resolve(cell);
    if ("unknown" in found) return { roleIds: [], error: { is: "unknown-role", role: found.unknown } };
    if ("ambiguous" in found) return { roleIds: [], error: { is: "ambiguous-roles", role: found.ambiguous } };
    for (const id of found.roleIds) roleIds.add(id);
  }
  return { roleIds: [...roleIds], error: roleIds.size === 0 ? { is: "no-role" } : null };
}
