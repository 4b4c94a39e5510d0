/** What another catalogue changes, and for whom. Pure. */
import type { Catalogue, Role } from "@gatehouse/access";
import { rightsChange } from "@gatehouse/access/catalogue";
import type { CatalogueChange } from "@gatehouse/sdk/contract";
import { type Holders, type ListedKey, mostNames } from "./queries.ts";

/** Everybody whose rights hang on the catalogue. */
export interface Stakes {
  readonly roles: readonly Role[];
  readonly users: readonly Holders[];
  readonly invitations: readonly Holders[];
  readonly keys: readonly ListedKey[];
}

interface Rights {
  readonly before: ReadonlySet<string>;
  readonly after: ReadonlySet<string>;
}

interface Party extends Rights {
  readonly count: number;
  readonly names: readonly string[];
}

type Affected = CatalogueChange["users"];

/**
 * Compares two catalogues, to show what changes. The owner role is left out of what roles and people gain and lose: it holds
 * whatever there is. Whether somebody may make the change is for `mayChangeCatalogue` to say.
 */
export function compareCatalogues(before: Catalogue, after: Catalogue, stakes: Stakes): CatalogueChange {
  const rightsOf = (role: Pick<Role, "permissions" | "isOwner">): Rights => rightsChange(before, after, role);
  const listed = stakes.roles.filter(({ isOwner }) => !isOwner);
  const ownerIds = new Set(stakes.roles.flatMap(({ id, isOwner }) => (isOwner ? [id] : [])));
  const rights = new Map(listed.map((role) => [role.id, rightsOf(role)]));
  const keys = stakes.keys.map((key) => ({ ...key, isOwner: false }));
  const partyOf = (role: { readonly name: string }, known: Rights): Party => ({
    ...known,
    count: 1,
    names: [role.name],
  });
  const holders = (groups: readonly Holders[]) =>
    groups
      .filter(({ roleIds }) => !roleIds.some((id) => ownerIds.has(id)))
      .map((group) => ({ ...group, ...together(group.roleIds.flatMap((id) => rights.get(id) ?? [])) }));

  const disappeared = before.permissions.filter((name) => !after.positions.has(name));
  const given = new Set([...listed, ...keys].flatMap(({ permissions }) => permissions));
  return {
    appeared: after.permissions.filter((name) => !before.positions.has(name)),
    disappeared,
    changed: changedActions(before, after),
    inUse: disappeared.filter((name) => given.has(name)),
    roles: summarise(listed.map((role) => partyOf(role, rightsOf(role)))),
    users: summarise(holders(stakes.users)),
    invitations: summarise(holders(stakes.invitations)),
    apiKeys: summarise(keys.map((key) => partyOf(key, rightsOf(key)))),
  };
}

function together(rights: readonly Rights[]): Rights {
  return {
    before: new Set(rights.flatMap((one) => [...one.before])),
    after: new Set(rights.flatMap((one) => [...one.after])),
  };
}

function summarise(parties: readonly Party[]): Affected {
  const gained = new Set<string>();
  const lost = new Set<string>();
  const names: string[] = [];
  let count = 0;
  for (const party of parties) {
    const gains = [...party.after].filter((name) => !party.before.has(name));
    const losses = [...party.before].filter((name) => !party.after.has(name));
    if (gains.length === 0 && losses.length === 0) continue;
    for (const name of gains) gained.add(name);
    for (const name of losses) lost.add(name);
    names.push(...party.names);
    count += party.count;
  }
  const inOrder = (some: ReadonlySet<string>) => [...some].toSorted();
  return {
    count,
    names: names.toSorted((one, other) => one.localeCompare(other)).slice(0, mostNames),
    gained: inOrder(gained),
    lost: inOrder(lost),
  };
}

function changedActions(before: Catalogue, after: Catalogue): string[] {
  const [was, is] = [describeActions(before), describeActions(after)];
  return after.permissions.filter((name) => was.has(name) && was.get(name) !== is.get(name));
}

/** Each action with the words of its group, as text to compare. */
function describeActions({ definition }: Catalogue): ReadonlyMap<string, string> {
  return new Map(
    definition.flatMap(({ label, description, actions }) =>
      actions.map((action) => [action.permission, JSON.stringify([label, description, action])] as const),
    ),
  );
}
