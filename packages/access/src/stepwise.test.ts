/**
 * Sequences of one person's changes: catalogue, roles, grants, invitations and API keys. Whatever anybody gained or lost
 * in the end was the person's at the start, and they themselves gained nothing. New names begin as nobody's.
 */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { always, at } from "../test/arbitraries.ts";
import { mayChangeCatalogue, parseCatalogue } from "./catalogue.ts";
import {
  type Catalogue,
  compileRole,
  compileRoles,
  mayActOn,
  mayChangeRoles,
  mayEditRole,
  mayGive,
  type PermissionSet,
  permissionSet,
  permissionsOfRoles,
  type Role,
} from "./index.ts";

const names = ["p:a", "p:b", "p:c", "p:d"] as const;
const instants = [0, 1] as const;
type Instant = (typeof instants)[number];

/** A grant that lasts until instant 1, or has no end. */
interface Held {
  readonly roleId: string;
  readonly ends: boolean;
}

interface World {
  readonly catalogue: Catalogue;
  readonly roles: readonly Role[];
  /** The first user is the actor; the owner is no part of this. */
  readonly users: readonly { readonly grants: readonly Held[] }[];
  /** Keys that the actor made or could use. Each is capped by what the actor holds. */
  readonly keys: readonly (readonly string[])[];
  readonly made: number;
}

const owner: Role = { id: "owner", name: "Owner", permissions: [], isOwner: true };

const anyNames = fc.subarray([...names]);
/** Some of the names in an order, each implying some of those before it. */
const anyCatalogue = fc
  .record({
    order: fc.shuffledSubarray([...names], { minLength: 1 }),
    implies: fc.array(anyNames, { minLength: 4, maxLength: 4 }),
  })
  .map(({ order, implies }) => {
    const actions = order.map((name, index) => {
      const earlier = order.slice(0, index);
      const chosen = at(implies, index).filter((implied) => earlier.includes(implied));
      return [name.slice(2), { implies: chosen }] as const;
    });
    return parseCatalogue({ p: { label: "P", actions: Object.fromEntries(actions) } });
  });

const anyWorld: fc.Arbitrary<World> = fc.record({
  catalogue: anyCatalogue,
  roles: fc
    .array(anyNames, { minLength: 3, maxLength: 3 })
    .map((lists) => [
      owner,
      ...lists.map((permissions, index) => ({ id: `r${index}`, name: "", permissions, isOwner: false })),
    ]),
  users: fc.array(
    fc.record({
      grants: fc.uniqueArray(fc.record({ roleId: fc.constantFrom("r0", "r1", "r2"), ends: fc.boolean() }), {
        selector: ({ roleId }) => roleId,
        maxLength: 2,
      }),
    }),
    { minLength: 2, maxLength: 2 },
  ),
  keys: fc.array(anyNames, { maxLength: 1 }),
  made: fc.constant(0),
});

const pick = fc.nat(7);
const anyChange = fc.oneof(
  fc.record({ kind: fc.constant("catalogue" as const), catalogue: anyCatalogue, withKey: fc.boolean() }),
  fc.record({ kind: fc.constant("create-role" as const), permissions: anyNames }),
  fc.record({ kind: fc.constant("edit-role" as const), role: pick, permissions: anyNames }),
  fc.record({ kind: fc.constant("delete-role" as const), role: pick, replacement: pick }),
  fc.record({ kind: fc.constant("grant" as const), user: pick, role: pick }),
  fc.record({ kind: fc.constant("revoke" as const), user: pick, role: pick }),
  fc.record({ kind: fc.constant("invite" as const), role: pick }),
  fc.record({ kind: fc.constant("create-key" as const), permissions: anyNames }),
);
type Change = typeof anyChange extends fc.Arbitrary<infer T> ? T : never;

const choose = <T>(items: readonly T[], index: number): T => at(items, index % items.length);

function held({ catalogue, roles }: World, grants: readonly Held[], instant: Instant): PermissionSet {
  const compiled = compileRoles(catalogue, roles);
  const live = grants.filter(({ ends }) => instant === 0 || !ends);
  return permissionsOfRoles(
    catalogue,
    live.flatMap(({ roleId }) => compiled.get(roleId) ?? []),
  );
}

const grantsOfActor = (world: World) => at(world.users, 0).grants;
const holdsRole = (world: World, roleId: string) =>
  grantsOfActor(world).some((grant) => grant.roleId === roleId);
const lists = ({ catalogue }: World, permissions: readonly string[]) =>
  permissions.filter((name) => catalogue.positions.has(name));

/** What the use cases do with the decisions of this package; null for a refusal. */
function apply(world: World, change: Change): World | null {
  const { catalogue, roles, users } = world;
  const own = held(world, grantsOfActor(world), 0);
  const compiled = (role: Role) => compileRole(catalogue, role);
  switch (change.kind) {
    case "catalogue":
      return changeCatalogue(world, change, own);
    case "create-role": {
      const role = { ...owner, id: `made-${world.made}`, isOwner: false };
      const made = { ...role, permissions: lists(world, change.permissions) };
      if (!mayGive(own, compiled(made).permissions).allowed) return null;
      return { ...world, roles: [...roles, made], made: world.made + 1 };
    }
    case "edit-role": {
      const role = choose(roles, change.role);
      const edited = { ...role, permissions: lists(world, change.permissions) };
      const gives = { before: compiled(role).permissions, after: compiled(edited).permissions };
      if (role.isOwner || holdsRole(world, role.id) || !mayEditRole(own, gives).allowed) return null;
      return { ...world, roles: roles.map((one) => (one.id === role.id ? edited : one)) };
    }
    case "delete-role": {
      const [role, replacement] = [choose(roles, change.role), choose(roles, change.replacement)];
      if (role.isOwner || replacement.isOwner || role.id === replacement.id) return null;
      const touched = [role, replacement].map((one) => compiled(one).permissions);
      const targets = users.filter(({ grants }) => grants.some(({ roleId }) => roleId === role.id));
      if (holdsRole(world, role.id) || !touched.every((set) => mayGive(own, set).allowed)) return null;
      if (!targets.every(({ grants }) => mayActOn(own, held(world, grants, 0)).allowed)) return null;
      return {
        ...world,
        roles: roles.filter(({ id }) => id !== role.id),
        users: users.map(({ grants }) => ({ grants: replaced(grants, role.id, replacement.id) })),
      };
    }
    case "grant":
    case "revoke": {
      const [index, role] = [change.user % users.length, choose(roles, change.role)];
      const { grants } = at(users, index);
      const decision = mayChangeRoles({
        actor: { userId: "0", permissions: own },
        target: { userId: String(index), permissions: held(world, grants, 0) },
        added: change.kind === "grant" ? [compiled(role)] : [],
        removed: change.kind === "revoke" ? [compiled(role)] : [],
      });
      if (!decision.allowed) return null;
      const others = grants.filter(({ roleId }) => roleId !== role.id);
      const after = change.kind === "grant" ? [...others, { roleId: role.id, ends: false }] : others;
      return { ...world, users: users.with(index, { grants: after }) };
    }
    case "invite": {
      const role = choose(roles, change.role);
      if (!mayGive(own, compiled(role).permissions).allowed) return null;
      return { ...world, users: [...users, { grants: [{ roleId: role.id, ends: false }] }] };
    }
    case "create-key": {
      const permissions = lists(world, change.permissions);
      if (!mayGive(own, permissionSet.fromStoredNames(catalogue, permissions)).allowed) return null;
      return { ...world, keys: [...world.keys, permissions] };
    }
  }
}

function changeCatalogue(
  world: World,
  change: Extract<Change, { kind: "catalogue" }>,
  own: PermissionSet,
): World | null {
  const { catalogue: before, roles, keys } = world;
  const { catalogue: after } = change;
  const [key] = change.withKey ? keys : [];
  const permissions =
    key === undefined ? own : permissionSet.intersection(permissionSet.fromStoredNames(before, key), own);
  const roleIds = grantsOfActor(world).map(({ roleId }) => roleId);
  const actor = { permissions, roleIds };
  if (!mayChangeCatalogue({ actor, before, after, roles, keys }).allowed) return null;
  const kept = (list: readonly string[]) =>
    list.filter((name) => before.positions.has(name) && after.positions.has(name));
  return {
    ...world,
    catalogue: after,
    roles: roles.map((role) => ({ ...role, permissions: kept(role.permissions) })),
    keys: keys.map(kept),
  };
}

function replaced(grants: readonly Held[], roleId: string, by: string): readonly Held[] {
  const old = grants.find((grant) => grant.roleId === roleId);
  if (old === undefined) return grants;
  const there = grants.find((grant) => grant.roleId === by);
  const others = grants.filter((grant) => grant !== old && grant !== there);
  return [...others, { roleId: by, ends: old.ends && (there?.ends ?? true) }];
}

/** What each user, role and key of the world gives at an instant, by name; a user who isn't there gives nothing. */
function rightsIn(world: World, instant: Instant): ReadonlyMap<string, readonly string[]> {
  const { catalogue, roles, users, keys } = world;
  const listed = roles.filter(({ isOwner }) => !isOwner);
  return new Map(
    [
      ...users.map(({ grants }, index) => [`user ${index}`, held(world, grants, instant)] as const),
      ...listed.map((role) => [`role ${role.id}`, compileRole(catalogue, role).permissions] as const),
      ...keys.map((key, index) => [`key ${index}`, permissionSet.fromStoredNames(catalogue, key)] as const),
    ].map(([id, set]) => [id, permissionSet.names(set)] as const),
  );
}

const without = (some: readonly string[], others: readonly string[]) =>
  some.filter((name) => !others.includes(name));

test("up to three changes of one person give and take only what was theirs, and to themselves nothing", () => {
  always(
    fc.record({ world: anyWorld, changes: fc.array(anyChange, { maxLength: 3 }) }),
    ({ world, changes }) => {
      const after = changes.reduce((so, change) => apply(so, change) ?? so, world);
      const own = permissionSet.names(held(world, grantsOfActor(world), 0));
      for (const instant of instants) {
        const [was, is] = [rightsIn(world, instant), rightsIn(after, instant)];
        expect(without(is.get("user 0") ?? [], was.get("user 0") ?? [])).toEqual([]);
        for (const id of new Set([...was.keys(), ...is.keys()])) {
          const [before, now] = [was.get(id) ?? [], is.get(id) ?? []];
          expect([id, without(now, [...before, ...own]), without(before, [...now, ...own])]).toEqual([
            id,
            [],
            [],
          ]);
        }
      }
    },
    5_000,
  );
});
