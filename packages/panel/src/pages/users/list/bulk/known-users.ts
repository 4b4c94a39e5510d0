/** What the panel knows of the users who are selected: those of pages that were in sight. */
import type { UserStatus, UserView } from "@gatehouse/sdk/contract";

/** Which actions make sense for the users who are selected: all that might, where they aren't known. */
export function usefulActions(
  users: readonly UserView[] | null,
  filter: UserStatus | undefined,
): { readonly suspend: boolean; readonly restore: boolean } {
  const has = (status: UserStatus) =>
    users === null ? (filter ?? status) === status : users.some((user) => user.status === status);
  return { suspend: has("active"), restore: has("suspended") };
}

/** How many of the users hold each role; null where they aren't known. */
export function countRoles(users: readonly UserView[] | null): ReadonlyMap<string, number> | null {
  if (users === null) return null;
  const counts = new Map<string, number>();
  for (const { roles } of users) for (const { id } of roles) counts.set(id, (counts.get(id) ?? 0) + 1);
  return counts;
}
