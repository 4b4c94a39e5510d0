/** What is known about the selected users from the pages that were loaded. */
import type { UserStatus, UserView } from "@gatehouse/sdk/contract";

/** The actions that apply to the selected users; all possible ones if the users are not known. */
export function listApplicableActions(
  users: readonly UserView[] | null,
  filter: UserStatus | undefined,
): { readonly suspend: boolean; readonly restore: boolean } {
  const has = (status: UserStatus) =>
    users === null ? (filter ?? status) === status : users.some((user) => user.status === status);
  return { suspend: has("active"), restore: has("suspended") };
}

/** The number of users with each role; null if the users are not known. */
export function countRoles(users: readonly UserView[] | null): ReadonlyMap<string, number> | null {
  if (users === null) return null;
  const counts = new Map<string, number>();
  for (const { roles } of users) for (const { id } of roles) counts.set(id, (counts.get(id) ?? 0) + 1);
  return counts;
}
