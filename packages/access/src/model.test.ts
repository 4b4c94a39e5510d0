/** The decisions against a naive model that knows names, lists and plain search alone. */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { always, anyCatalogue, at, slowClosure } from "../test/arbitraries.ts";
import { can, compileRoles, explain, type Grant, mayChangeRoles, permissionSet, subjectAt } from "./index.ts";

const now = new Date(1_000);

/** A catalogue, four roles of it, somebody with grants of them, and an order to shuffle by. */
const anyPerson = anyCatalogue.chain((catalogue) =>
  fc.record({
    catalogue: fc.constant(catalogue),
    lists: fc.array(fc.subarray([...catalogue.permissions]), { minLength: 4, maxLength: 4 }),
    grants: fc.array(fc.record({ role: fc.nat(4), ends: fc.option(fc.integer({ min: 0, max: 2_000 })) }), {
      maxLength: 6,
    }),
    order: fc.array(fc.nat(), { minLength: 6, maxLength: 6 }),
  }),
);
type Person = typeof anyPerson extends fc.Arbitrary<infer T> ? T : never;

/** Role 4 doesn't exist: it was deleted. */
const rolesOf = ({ catalogue, lists }: Person) =>
  compileRoles(
    catalogue,
    lists.map((permissions, index) => ({
      id: `role-${index}`,
      name: `Role ${index}`,
      permissions,
      isOwner: false,
    })),
  );

const grantsOf = ({ grants }: Person): readonly Grant[] =>
  grants.map(({ role, ends }) => ({
    roleId: `role-${role}`,
    grantedBy: "somebody",
    grantedAt: new Date(0),
    expiresAt: ends === null ? null : new Date(ends),
  }));

const heldWith = (person: Person, grants: readonly Grant[] = grantsOf(person)) =>
  permissionSet.names(
    subjectAt({ catalogue: person.catalogue, roles: rolesOf(person), grants, now }).permissions,
  );

/** What the model says: everything that is listed in a role of a living grant, and all that this implies. */
const modelOf = ({ catalogue, lists, grants }: Person): readonly string[] =>
  slowClosure(
    catalogue,
    grants.filter(({ ends }) => ends === null || ends > 1_000).flatMap(({ role }) => lists[role] ?? []),
  );

const shuffled = <T>(items: readonly T[], order: readonly number[]): readonly T[] =>
  items
    .map((item, index) => ({ item, place: order[index] ?? 0 }))
    .toSorted((one, other) => one.place - other.place)
    .map(({ item }) => item);

test("somebody may do what the model says, by each check", () => {
  always(anyPerson, (person) => {
    const { catalogue } = person;
    const subject = subjectAt({ catalogue, roles: rolesOf(person), grants: grantsOf(person), now });
    const expected = modelOf(person);
    expect(permissionSet.names(subject.permissions)).toEqual(expected);
    for (const permission of catalogue.permissions) {
      expect(can(subject, permission)).toBe(expected.includes(permission));
      expect(explain(subject, permission).allowed).toBe(expected.includes(permission));
    }
  });
});

test("the order of grants, of roles and of the names in them changes nothing", () => {
  always(anyPerson, (person) => {
    const { catalogue, lists, order } = person;
    const other = compileRoles(
      catalogue,
      shuffled([...rolesOf(person).keys()], order).map((id) => ({
        id,
        name: id,
        permissions: shuffled(lists[Number(id.slice(5))] ?? [], order),
        isOwner: false,
      })),
    );
    const grants = shuffled(grantsOf(person), order);
    expect(permissionSet.names(subjectAt({ catalogue, roles: other, grants, now }).permissions)).toEqual(
      heldWith(person),
    );
  });
});

test("a grant that is revoked takes away exactly what no other one gives", () => {
  always(anyPerson, (person) => {
    for (const index of person.grants.keys()) {
      const left = { ...person, grants: person.grants.toSpliced(index, 1) };
      expect(heldWith(person, grantsOf(person).toSpliced(index, 1))).toEqual(modelOf(left));
      expect(modelOf(person)).toEqual(expect.arrayContaining([...modelOf(left)]));
    }
    expect(heldWith(person, [])).toEqual([]);
  });
});

test("roles are changed within the actor's own permissions, as the model says, and more permissions never forbid", () => {
  const anyChange = fc.record({ person: anyPerson, roles: fc.subarray([0, 1, 2, 3]), more: fc.nat(3) });
  always(anyChange, ({ person, roles, more }) => {
    const { catalogue, lists } = person;
    const compiled = rolesOf(person);
    const added = roles.map((role) => {
      const found = compiled.get(`role-${role}`);
      if (found === undefined) throw new RangeError("no such role");
      return found;
    });
    const party = (userId: string, names: readonly string[]) => ({
      userId,
      permissions: permissionSet.fromNames(catalogue, names),
    });
    const own = modelOf(person);
    const target = party("target", at(lists, 0));
    const decide = (names: readonly string[]) =>
      mayChangeRoles({ actor: party("actor", names), target, added, removed: [] }).allowed;
    const touched = slowClosure(catalogue, [...at(lists, 0), ...roles.flatMap((role) => at(lists, role))]);
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
