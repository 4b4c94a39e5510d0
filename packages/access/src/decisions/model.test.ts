/** Compares the decisions with a naive model of names, lists and plain search. */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { anyCatalogue, assertProperty, at, naiveClosure } from "../../test/arbitraries.ts";
import {
  can,
  compileRoles,
  explain,
  type Grant,
  mayChangeRoles,
  permissionSet,
  subjectAt,
} from "../index.ts";

const now = new Date(1_000);

/** A catalogue, four of its roles, a user with grants, and an order to shuffle by. */
const anyUser = anyCatalogue.chain((catalogue) =>
  fc.record({
    catalogue: fc.constant(catalogue),
    lists: fc.array(fc.subarray([...catalogue.permissions]), { minLength: 4, maxLength: 4 }),
    grants: fc.array(fc.record({ role: fc.nat(4), ends: fc.option(fc.integer({ min: 0, max: 2_000 })) }), {
      maxLength: 6,
    }),
    order: fc.array(fc.nat(), { minLength: 6, maxLength: 6 }),
  }),
);
type User = typeof anyUser extends fc.Arbitrary<infer T> ? T : never;

/** Role 4 doesn't exist: it was deleted. */
const compileUserRoles = ({ catalogue, lists }: User) =>
  compileRoles(
    catalogue,
    lists.map((permissions, index) => ({
      id: `role-${index}`,
      name: `Role ${index}`,
      permissions,
      isOwner: false,
    })),
  );

const makeGrants = ({ grants }: User): readonly Grant[] =>
  grants.map(({ role, ends }) => ({
    roleId: `role-${role}`,
    grantedBy: "olive",
    grantedAt: new Date(0),
    expiresAt: ends === null ? null : new Date(ends),
  }));

const listPermissions = (user: User, grants: readonly Grant[] = makeGrants(user)) =>
  permissionSet.names(
    subjectAt({ catalogue: user.catalogue, roles: compileUserRoles(user), grants, now }).permissions,
  );

/** The model: everything that a role of a live grant lists, and everything that this implies. */
const listExpectedPermissions = ({ catalogue, lists, grants }: User): readonly string[] =>
  naiveClosure(
    catalogue,
    grants.filter(({ ends }) => ends === null || ends > 1_000).flatMap(({ role }) => lists[role] ?? []),
  );

const shuffled = <T>(items: readonly T[], order: readonly number[]): readonly T[] =>
  items
    .map((item, index) => ({ item, place: order[index] ?? 0 }))
    .toSorted((one, other) => one.place - other.place)
    .map(({ item }) => item);

test("each check agrees with the model", () => {
  assertProperty(anyUser, (user) => {
    const { catalogue } = user;
    const subject = subjectAt({ catalogue, roles: compileUserRoles(user), grants: makeGrants(user), now });
    const expected = listExpectedPermissions(user);
    expect(permissionSet.names(subject.permissions)).toEqual(expected);
    for (const permission of catalogue.permissions) {
      expect(can(subject, permission)).toBe(expected.includes(permission));
      expect(explain(subject, permission).allowed).toBe(expected.includes(permission));
    }
  });
});

test("the order of grants, roles and names doesn't matter", () => {
  assertProperty(anyUser, (user) => {
    const { catalogue, lists, order } = user;
    const other = compileRoles(
      catalogue,
      shuffled([...compileUserRoles(user).keys()], order).map((id) => ({
        id,
        name: id,
        permissions: shuffled(lists[Number(id.slice(5))] ?? [], order),
        isOwner: false,
      })),
    );
    const grants = shuffled(makeGrants(user), order);
    expect(permissionSet.names(subjectAt({ catalogue, roles: other, grants, now }).permissions)).toEqual(
      listPermissions(user),
    );
  });
});

test("revoking a grant removes exactly what no other grant gives", () => {
  assertProperty(anyUser, (user) => {
    for (const index of user.grants.keys()) {
      const left = { ...user, grants: user.grants.toSpliced(index, 1) };
      expect(listPermissions(user, makeGrants(user).toSpliced(index, 1))).toEqual(
        listExpectedPermissions(left),
      );
      expect(listExpectedPermissions(user)).toEqual(
        expect.arrayContaining([...listExpectedPermissions(left)]),
      );
    }
    expect(listPermissions(user, [])).toEqual([]);
  });
});

test("role changes agree with the model, and more permissions never deny", () => {
  const anyChange = fc.record({ user: anyUser, roles: fc.subarray([0, 1, 2, 3]), more: fc.nat(3) });
  assertProperty(anyChange, ({ user, roles, more }) => {
    const { catalogue, lists } = user;
    const compiled = compileUserRoles(user);
    const added = roles.map((role) => {
      const found = compiled.get(`role-${role}`);
      if (found === undefined) throw new RangeError("no such role");
      return found;
    });
    const party = (userId: string, names: readonly string[]) => ({
      userId,
      permissions: permissionSet.fromNames(catalogue, names),
    });
    const own = listExpectedPermissions(user);
    const target = party("target", at(lists, 0));
    const decide = (names: readonly string[]) =>
      mayChangeRoles({ actor: party("actor", names), target, added, removed: [] }).allowed;
    const touched = naiveClosure(catalogue, [...at(lists, 0), ...roles.flatMap((role) => at(lists, role))]);
    expect(decide(own)).toBe(roles.length === 0 || touched.every((name) => own.includes(name)));
    if (decide(own)) expect(decide([...own, ...at(lists, more)])).toBe(true);
    expect(decide(catalogue.permissions)).toBe(true);
    const self = {
      actor: party("same", catalogue.permissions),
      target: party("same", []),
      added,
      removed: [],
    };
    expect(mayChangeRoles(self).allowed).toBe(roles.length === 0);
  });
});
