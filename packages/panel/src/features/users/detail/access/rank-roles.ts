/** Ranks roles for a search. */
import { foldText } from "@gatehouse/sdk/contract";

interface SearchableRole {
  readonly name: string;
  readonly description: string;
}

/** Roles whose name starts with the query, then matches at a later word, inside the name, in the description. */
export function rankRoles<R extends SearchableRole>(roles: readonly R[], query: string): readonly R[] {
  const wanted = foldText(query.trim());
  if (wanted === "") return roles;
  const ranked = roles.map((role) => ({ role, rank: getRank(role, wanted) }));
  return ranked
    .filter(({ rank }) => rank < 4)
    .toSorted((one, other) => one.rank - other.rank)
    .map(({ role }) => role);
}

function getRank({ name, description }: SearchableRole, wanted: string): number {
  const folded = foldText(name);
  if (folded.startsWith(wanted)) return 0;
  if (folded.includes(` ${wanted}`)) return 1;
  if (folded.includes(wanted)) return 2;
  return foldText(description).includes(wanted) ? 3 : 4;
}
