/**
 * Sequences of one actor's changes: catalogue, roles, grants, invitations and API keys. Everything that anyone gained or lost
 * was the actor's at the start, and the actor gained nothing. At first nobody has a new permission.
 */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { assertProperty, at } from "../../test/arbitraries.ts";
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
} from "../index.ts";
import { mayChangeCatalogue, parseCatalogue } from "./index.ts";

const names = ["p:a", "p:b", "p:c", "p:d"] as const;
const instants = [0, 1] as const;
type Instant = (typeof instants)[number];

/** A grant that expires at instant 1, or never. */
interface Held {
  readonly roleId: string;
  readonly ends: boolean;
}

interface State {
  readonly catalogue: Catalogue;
  readonly roles: readonly Role[];
  /** The first user is the actor. Owners are not included. */
  readonly users: readonly { readonly grants: readonly Held[] }[];
  /** Keys that the actor created or could use. Each is limited by the actor's permissions. */
  readonly keys: readonly (readonly string[])[];
  readonly createdRoles: number;
}

const owner: Role = { id: "owner", name: "Owner", permissions: [], isOwner: true };

const anyNames = fc.subarray([...names]);
/** Some of the names in an order, each implying some of the earlier ones. */
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

const anyState: fc.Arbitrary<State> = fc.record({
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
  createdRoles: fc.constant(0),
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

function held({ catalogue, roles }: State, grants: readonly Held[], instant: Instant): PermissionSet {
  const compiled = compileRoles(catalogue, roles);
  const live = grants.filter(({ ends }) => instant === 0 || !ends);
  return permissionsOfRoles(
    catalogue,
    live.flatMap(({ roleId }) => compiled.get(roleId) ?? []),
  );
}

const listActorGrants = (state: State) => at(state.users, 0).grants;
const holdsRole = (state: State, roleId: string) =>
  listActorGrants(state).some((grant) => grant.roleId === roleId);
const filterKnown = ({ catalogue }: State, permissions: readonly string[]) =>
  permissions.filter((name) => catalogue.positions.has(name));

/** Applies a change as the server's use cases do; null if it is denied. */
function apply(state: State, change: Change): State | null {
  const { catalogue, roles, users } = state;
  const own = held(state, listActorGrants(state), 0);
  const compiled = (role: Role) => compileRole(catalogue, role);
  switch (change.kind) {
    case "catalogue":
      return changeCatalogue(state, change, own);
    case "create-role": {
      const role = { ...owner, id: `created-${state.createdRoles}`, isOwner: false };
      const created = { ...role, permissions: filterKnown(state, change.permissions) };
      if (!mayGive(own, compiled(created).permissions).allowed) return null;
      return { ...state, roles: [...roles, created], createdRoles: state.createdRoles + 1 };
    }
    case "edit-role": {
      const role = choose(roles, change.role);
      const edited = { ...role, permissions: filterKnown(state, change.permissions) };
      const gives = { before: compiled(role).permissions, after: compiled(edited).permissions };
      if (role.isOwner || holdsRole(state, role.id) || !mayEditRole(own, gives).allowed) return null;
      return { ...state, roles: roles.map((one) => (one.id === role.id ? edited : one)) };
    }
    case "delete-role": {
      const [role, replacement] = [choose(roles, change.role), choose(roles, change.replacement)];
      if (role.isOwner || replacement.isOwner || role.id === replacement.id) return null;
      const touched = [role, replacement].map((one) => compiled(one).permissions);
      const targets = users.filter(({ grants }) => grants.some(({ roleId }) => roleId === role.id));
      if (holdsRole(state, role.id) || !touched.every((set) => mayGive(own, set).allowed)) return null;
      if (!targets.every(({ grants }) => mayActOn(own, held(state, grants, 0)).allowed)) return null;
      return {
        ...state,
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
        target: { userId: String(index), permissions: held(state, grants, 0) },
        added: change.kind === "grant" ? [compiled(role)] : [],
        removed: change.kind === "revoke" ? [compiled(role)] : [],
      });
      if (!decision.allowed) return null;
      const others = grants.filter(({ roleId }) => roleId !== role.id);
      const after = change.kind === "grant" ? [...others, { roleId: role.id, ends: false }] : others;
      return { ...state, users: users.with(index, { grants: after }) };
    }
    case "invite": {
      const role = choose(roles, change.role);
      if (!mayGive(own, compiled(role).permissions).allowed) return null;
      return { ...state, users: [...users, { grants: [{ roleId: role.id, ends: false }] }] };
    }
    case "create-key": {
      const permissions = filterKnown(state, change.permissions);
      if (!mayGive(own, permissionSet.fromStoredNames(catalogue, permissions)).allowed) return null;
      return { ...state, keys: [...state.keys, permissions] };
    }
  }
}

function changeCatalogue(
  state: State,
  change: Extract<Change, { kind: "catalogue" }>,
  own: PermissionSet,
): State | null {
  const { catalogue: before, roles, keys } = state;
  const { catalogue: after } = change;
  const [key] = change.withKey ? keys : [];
  const permissions =
    key === undefined ? own : permissionSet.intersection(permissionSet.fromStoredNames(before, key), own);
  const roleIds = listActorGrants(state).map(({ roleId }) => roleId);
  const actor = { permissions, roleIds };
  if (!mayChangeCatalogue({ actor, before, after, roles, keys }).allowed) return null;
  const kept = (list: readonly string[]) =>
    list.filter((name) => before.positions.has(name) && after.positions.has(name));
  return {
    ...state,
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

/** The permissions of each user, role and key at an instant. */
function listRights(state: State, instant: Instant): ReadonlyMap<string, readonly string[]> {
  const { catalogue, roles, users, keys } = state;
  const listed = roles.filter(({ isOwner }) => !isOwner);
  return new Map(
    [
      ...users.map(({ grants }, index) => [`user ${index}`, held(state, grants, instant)] as const),
      ...listed.map((role) => [`role ${role.id}`, compileRole(catalogue, role).permissions] as const),
      ...keys.map((key, index) => [`key ${index}`, permissionSet.fromStoredNames(catalogue, key)] as const),
    ].map(([id, set]) => [id, permissionSet.names(set)] as const),
  );
}

const without = (some: readonly string[], others: readonly string[]) =>
  some.filter((name) => !others.includes(name));

test("up to three changes of one actor grant and revoke only the actor's permissions, and grant the actor nothing", () => {
  assertProperty(
    fc.record({ state: anyState, changes: fc.array(anyChange, { maxLength: 3 }) }),
    ({ state, changes }) => {
      const after = changes.reduce((current, change) => apply(current, change) ?? current, state);
      const own = permissionSet.names(held(state, listActorGrants(state), 0));
      for (const instant of instants) {
        const [was, is] = [listRights(state, instant), listRights(after, instant)];
        expect(without(is.get("user 0") ?? [], was.get("user 0") ?? [])).toEqual([]);
        const others = [...new Set([...was.keys(), ...is.keys()])].flatMap((id) => {
          const [before, now] = [was.get(id) ?? [], is.get(id) ?? []];
          const granted = without(now, [...before, ...own]);
          const revoked = without(before, [...now, ...own]);
          return granted.length + revoked.length === 0 ? [] : [{ id, granted, revoked }];
        });
        expect(others).toEqual([]);
      }
    },
    5_000,
  );
});
