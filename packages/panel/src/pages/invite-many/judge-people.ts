/** What of a list can be invited, as far as the list itself and the roles tell. Pure. */
import { type EmailFault, foldText, parseEmail, type RoleView } from "@gatehouse/sdk/contract";
import type { ListedPerson } from "./read-people.ts";

/** What is wrong with somebody in the list. */
type Fault =
  | { readonly is: "address"; readonly fault: EmailFault }
  | { readonly is: "duplicate" }
  | { readonly is: "no-role" }
  | { readonly is: "unknown-role"; readonly role: string };

/** Somebody of the list with what they are to get. */
export interface Listed extends ListedPerson {
  /** Canonical; null where it is no address. */
  readonly email: string | null;
  readonly roleIds: readonly string[];
  readonly fault: Fault | null;
}

/** Judges a list. People without roles of their own get the usual ones; of the same address the first counts. */
export function judgePeople(
  people: readonly ListedPerson[],
  roles: readonly RoleView[],
  usual: readonly string[],
): readonly Listed[] {
  const byName = new Map(roles.map((role) => [foldText(role.name), role.id]));
  const seen = new Set<string>();
  return people.map((person) => {
    const read = parseEmail(person.text);
    if (!read.ok) {
      const fault = person.text !== "" && !person.text.includes("@") ? "no-at" : read.fault;
      return { ...person, email: null, roleIds: [], fault: { is: "address", fault } };
    }
    const { email } = read;
    const isRepeated = seen.has(email);
    seen.add(email);
    const unknown = person.roles?.find((role) => !byName.has(foldText(role)));
    const own = person.roles?.flatMap((role) => byName.get(foldText(role)) ?? []);
    const roleIds = [...new Set(own ?? usual)];
    const fault: Fault | null = isRepeated
      ? { is: "duplicate" }
      : unknown !== undefined
        ? { is: "unknown-role", role: unknown }
        : roleIds.length === 0
          ? { is: "no-role" }
          : null;
    return { ...person, email, roleIds, fault };
  });
}
