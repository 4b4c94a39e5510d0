/** Users of complete data, in the columns in which they arrive: an object for each of them would need several times the memory. */
import type { Grant } from "@gatehouse/access";
import type { AccessSnapshot } from "../contract/changes.ts";
import type { ActorReference } from "../contract/common.ts";

/** The characters of an id. */
const width = 36;

/** The id of a user by the index on the page. */
export function idAt({ userIds }: AccessSnapshot, user: number): string {
  return userIds.slice(user * width, (user + 1) * width);
}

/** The grants of a user by the index on the page. */
export function grantsAt(page: AccessSnapshot, user: number): readonly Grant<ActorReference>[] {
  const [first = 0, next = page.roles.length] = page.starts.slice(user, user + 2);
  return page.roles.slice(first, next).map((role, offset) => {
    const at = first + offset;
    const end = page.expiresAt[at];
    return {
      roleId: page.roleIds[role] as string,
      grantedBy: page.actors[page.grantedBy[at] as number] as ActorReference,
      grantedAt: new Date(page.grantedAt[at] as number),
      expiresAt: end === undefined ? null : new Date(end),
    };
  });
}

/** The grants of a user; undefined if no page has the user. Ids ascend, also from page to page. */
export function findGrants(
  pages: readonly AccessSnapshot[],
  userId: string,
): readonly Grant<ActorReference>[] | undefined {
  const page = pages[findLast(pages, (one) => idAt(one, 0) <= userId)];
  if (page === undefined) return undefined;
  const user = findLast(page.starts, (_, at) => idAt(page, at) <= userId);
  return idAt(page, user) === userId ? grantsAt(page, user) : undefined;
}

/** The index of the last item for which `holds`, which holds for all before it; -1 for none. */
function findLast<T>(items: readonly T[], holds: (item: T, index: number) => boolean): number {
  let [low, high] = [0, items.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(items[middle] as T, middle)) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
