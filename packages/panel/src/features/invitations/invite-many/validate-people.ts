/** Validates the people of a list against the roles, without the server. */
import { type EmailFault, foldText, parseEmail, type RoleView } from "@gatehouse/sdk/contract";
import type { ListedPerson } from "./parse-people.ts";

/** Why a person in the list is invalid. */
type PersonError =
  | { readonly is: "address"; readonly fault: EmailFault }
  | { readonly is: "duplicate" }
  | { readonly is: "no-role" }
  | { readonly is: "unknown-role"; readonly role: string };

/** A person of the list with their roles. */
export interface ValidatedPerson extends ListedPerson {
  /** Canonical; null if the address is invalid. */
  readonly email: string | null;
  readonly roleIds: readonly string[];
  readonly error: PersonError | null;
}

/** Validates a list. Rows without roles get `defaultRoleIds`; of duplicate addresses the first is used. */
export function validatePeople(
  people: readonly ListedPerson[],
  roles: readonly RoleView[],
  defaultRoleIds: readonly string[],
): readonly ValidatedPerson[] {
  const byName = new Map(roles.map((role) => [foldText(role.name), role.id]));
  const seen = new Set<string>();
  return people.map((person) => {
    const read = parseEmail(person.text);
    if (!read.ok) {
      const fault = person.text !== "" && !person.text.includes("@") ? "no-at" : read.fault;
      return { ...person, email: null, roleIds: [], error: { is: "address", fault } };
    }
    const { email } = read;
    const isDuplicate = seen.has(email);
    seen.add(email);
    const unknown = person.roles?.find((role) => !byName.has(foldText(role)));
    const rowRoleIds = person.roles?.flatMap((role) => byName.get(foldText(role)) ?? []);
    const roleIds = [...new Set(rowRoleIds ?? defaultRoleIds)];
    const error: PersonError | null = isDuplicate
      ? { is: "duplicate" }
      : unknown !== undefined
        ? { is: "unknown-role", role: unknown }
        : roleIds.length === 0
          ? { is: "no-role" }
          : null;
    return { ...person, email, roleIds, error };
  });
}
