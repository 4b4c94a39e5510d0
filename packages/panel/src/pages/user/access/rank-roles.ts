/** Which roles a search offers, best first. Pure. */
import { foldText } from "@gatehouse/sdk/contract";

interface Searched {
  readonly name: string;
  readonly description: string;
}

/** Roles whose name begins with the query, then those with it at a later word, inside the name, in the description. */
export function rankRoles<R extends Searched>(roles: readonly R[], query: string): readonly R[] {
  const wanted = foldText(query.trim());
  if (wanted === "") return roles;
  const ranked = roles.map((role) => ({ role, rank: rankOf(role, wanted) }));
  return ranked
    .filter(({ rank }) => rank < 4)
    .toSorted((one, other) => one.rank - other.rank)
    .map(({ role }) => role);
}

function rankOf({ name, description }: Searched, wanted: string): number {
  const folded = foldText(name);
  if (folded.startsWith(wanted)) return 0;
  if (folded.includes(` ${wanted}`)) return 1;
  if (folded.includes(wanted)) return 2;
  return foldText(description).includes(wanted) ? 3 : 4;
}
