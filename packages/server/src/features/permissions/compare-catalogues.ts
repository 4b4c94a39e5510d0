/** Compares two catalogues. */
import type { Catalogue, Role } from "@gatehouse/access";
import { rightsChange } from "@gatehouse/access/catalogue";
import type { CatalogueChange } from "@gatehouse/sdk/contract";
import { type ListedKey, maxNames, type RoleSetGroup } from "./queries.ts";

/** Everything whose effective permissions depend on the catalogue. */
export interface CatalogueUsage {
  readonly roles: readonly Role[];
  readonly users: readonly RoleSetGroup[];
  readonly invitations: readonly RoleSetGroup[];
  readonly keys: readonly ListedKey[];
}

interface PermissionNames {
  readonly before: ReadonlySet<string>;
  readonly after: ReadonlySet<string>;
}

interface AffectedParty extends PermissionNames {
  readonly count: number;
  readonly names: readonly string[];
}

type Affected = CatalogueChange["users"];

/**
 * The changes between two catalogues, and which roles, users, invitations and keys gain or lose permissions. Leaves out
 * the owner role, which always has all permissions. `mayChangeCatalogue` authorizes the change.
 */
export function compareCatalogues(
  before: Catalogue,
  after: Catalogue,
  usage: CatalogueUsage,
): CatalogueChange {
  const comparePermissions = (role: Pick<Role, "permissions" | "isOwner">): PermissionNames =>
    rightsChange(before, after, role);
  const customRoles = usage.roles.filter(({ isOwner }) => !isOwner);
  const ownerIds = new Set(usage.roles.flatMap(({ id, isOwner }) => (isOwner ? [id] : [])));
  const permissionsByRole = new Map(customRoles.map((role) => [role.id, comparePermissions(role)]));
  const keys = usage.keys.map((key) => ({ ...key, isOwner: false }));
  const toParty = (role: { readonly name: string }, permissions: PermissionNames): AffectedParty => ({
    ...permissions,
    count: 1,
    names: [role.name],
  });
  const toParties = (groups: readonly RoleSetGroup[]) =>
    groups
      .filter(({ roleIds }) => !roleIds.some((id) => ownerIds.has(id)))
      .map((group) => ({
        ...group,
        ...mergePermissions(group.roleIds.flatMap((id) => permissionsByRole.get(id) ?? [])),
      }));

  const definitions = compareDefinitions(before, after);
  const granted = new Set([...customRoles, ...keys].flatMap(({ permissions }) => permissions));
  return {
    ...definitions,
    inUse: definitions.disappeared.filter((name) => granted.has(name)),
    roles: summarise(customRoles.map((role) => toParty(role, comparePermissions(role)))),
    users: summarise(toParties(usage.users)),
    invitations: summarise(toParties(usage.invitations)),
    apiKeys: summarise(keys.map((key) => toParty(key, comparePermissions(key)))),
  };
}

/** The changes between two catalogues themselves. */
export function compareDefinitions(
  before: Catalogue,
  after: Catalogue,
): Pick<CatalogueChange, "appeared" | "disappeared" | "changed"> {
  return {
    appeared: after.permissions.filter((name) => !before.positions.has(name)),
    disappeared: before.permissions.filter((name) => !after.positions.has(name)),
    changed: changedActions(before, after),
  };
}

function mergePermissions(parts: readonly PermissionNames[]): PermissionNames {
  return {
    before: new Set(parts.flatMap((part) => [...part.before])),
    after: new Set(parts.flatMap((part) => [...part.after])),
  };
}

function summarise(parties: readonly AffectedParty[]): Affected {
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
  const sort = (names: ReadonlySet<string>) => [...names].toSorted();
  return {
    count,
    names: names.toSorted((first, second) => first.localeCompare(second)).slice(0, maxNames),
    gained: sort(gained),
    lost: sort(lost),
  };
}

function changedActions(before: Catalogue, after: Catalogue): string[] {
  const [was, is] = [describeActions(before), describeActions(after)];
  return after.permissions.filter((name) => was.has(name) && was.get(name) !== is.get(name));
}

/** Each action with the label and description of its group, as text to compare. */
function describeActions({ definition }: Catalogue): ReadonlyMap<string, string> {
  return new Map(
    definition.flatMap(({ label, description, actions }) =>
      actions.map((action) => [action.permission, JSON.stringify([label, description, action])] as const),
    ),
  );
}
