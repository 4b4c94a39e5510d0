/** The order and the search of roles wherever they are listed or chosen. */
import { foldText, type RoleView } from "@gatehouse/sdk/contract";

/** Keeps the order by name of the API, with the built-in role last: it is the most powerful and the rarest choice. */
export function sortRoles<R extends Pick<RoleView, "system">>(roles: readonly R[]): readonly R[] {
  return [...roles.filter(({ system }) => !system), ...roles.filter(({ system }) => system)];
}

/** Choices that can be made first; both parts keep their order. */
export function sortAllowedFirst<C>(choices: readonly C[], isAllowed: (choice: C) => boolean): readonly C[] {
  return [...choices.filter(isAllowed), ...choices.filter((choice) => !isAllowed(choice))];
}

interface SearchableRole {
  readonly name: string;
  /** The name that readers of other languages may use. */
  readonly defaultName: string;
  readonly description: string;
}

/**
 * Roles whose name starts with the query, then matches at a later word, inside the name, in the description. The default name
 * counts as much as the one that is shown.
 */
export function searchRoles<R extends SearchableRole>(roles: readonly R[], query: string): readonly R[] {
  const term = foldText(query.trim());
  if (term === "") return roles;
  const ranked = roles.map((role) => ({ role, rank: getRank(role, term) }));
  return ranked
    .filter(({ rank }) => rank < 4)
    .toSorted((one, other) => one.rank - other.rank)
    .map(({ role }) => role);
}

function getRank({ name, defaultName, description }: SearchableRole, term: string): number {
  const rank = Math.min(rankName(foldText(name), term), rankName(foldText(defaultName), term));
  return rank === 4 && foldText(description).includes(term) ? 3 : rank;
}

function rankName(folded: string, term: string): number {
  if (folded.startsWith(term)) return 0;
  if (folded.includes(` ${term}`)) return 1;
  return folded.includes(term) ? 2 : 4;
}

/** From this number of roles on, lists of roles have a search field. */
export const minRolesForSearch = 9;
