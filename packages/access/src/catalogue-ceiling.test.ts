/** Changes of a catalogue against the grant ceiling: by examples here, by sequences in `stepwise.test.ts`. */
import { expect, test } from "vitest";
import { type CatalogueEditor, mayChangeCatalogue, parseCatalogue } from "./catalogue.ts";
import { type Catalogue, permissionSet } from "./index.ts";

type Implies = Readonly<Record<string, readonly string[]>>;

const catalogueOf = (implies: Implies): Catalogue =>
  parseCatalogue({
    p: {
      label: "P",
      actions: Object.fromEntries(Object.entries(implies).map(([name, list]) => [name, { implies: list }])),
    },
  });
const named = (names: readonly string[]) => names.map((name) => `p:${name}`);
const role = (id: string, ...names: readonly string[]) => ({
  id,
  name: id,
  isOwner: false,
  permissions: named(names),
});
const owner = { id: "owner", name: "Owner", isOwner: true, permissions: [] };
const before = catalogueOf({ a: [], b: [], c: [] });
const actor = (
  holds: readonly string[],
  more: Partial<CatalogueEditor> = {},
  catalogue: Catalogue = before,
): CatalogueEditor => ({
  permissions: permissionSet.fromNames(catalogue, named(holds)),
  roleIds: ["own"],
  ...more,
});
const yes = { allowed: true };
const refused = (...reasons: readonly object[]) => ({ allowed: false, reasons });
const changed = (...names: readonly string[]) => ({
  reason: "grant-ceiling",
  of: "changed",
  missing: named(names),
});

test("a new permission that no role gets may be declared by anybody", () => {
  const after = catalogueOf({ a: [], b: [], c: [], d: ["c"] });
  const roles = [owner, role("own", "a"), role("other", "b")];
  expect(mayChangeCatalogue({ actor: actor(["a"]), before, after, roles, keys: [named(["c"])] })).toEqual(
    yes,
  );
});

test("a new permission is nobody's but the owners', so nobody else makes it part of a role or an API key", () => {
  const after = catalogueOf({ a: ["d"], b: [], c: [], d: [] });
  for (const [roles, keys] of [
    [[role("own", "a")], []],
    [[role("other", "a")], []],
    [[], [named(["a"])]],
  ] as const) {
    const change = { before, after, roles: [owner, ...roles], keys };
    expect(mayChangeCatalogue({ actor: actor(["a", "b", "c"], { roleIds: [] }), ...change })).toEqual(
      refused(changed("d")),
    );
    expect(
      mayChangeCatalogue({ actor: actor([], { permissions: permissionSet.all(before) }), ...change }),
    ).toEqual(yes);
  }
});

test("a permission that somebody doesn't hold isn't theirs to remove, although owners alone have it", () => {
  const after = catalogueOf({ a: [], b: [] });
  const change = { before, after, roles: [owner, role("own", "a", "b")], keys: [] };
  expect(mayChangeCatalogue({ actor: actor(["a", "b"]), ...change })).toEqual(refused(changed("c")));
  expect(mayChangeCatalogue({ actor: actor(["a", "c"]), ...change })).toEqual(yes);
});

test("what a role loses because nothing implies it any more is the actor's own, or it stays", () => {
  const implying = catalogueOf({ a: ["b"], b: [], c: [] });
  const change = { before: implying, after: before, roles: [owner, role("other", "a")], keys: [] };
  expect(mayChangeCatalogue({ actor: actor(["c"], {}, implying), ...change })).toEqual(refused(changed("b")));
  expect(mayChangeCatalogue({ actor: actor(["b"], {}, implying), ...change })).toEqual(yes);
});

test("a role or an API key gains only where the actor could edit it", () => {
  const after = catalogueOf({ a: ["b"], b: [], c: [] });
  const decide = (roles: readonly ReturnType<typeof role>[], keys: readonly string[][] = []) =>
    mayChangeCatalogue({ actor: actor(["a", "b"]), before, after, roles: [owner, ...roles], keys });
  const above = refused({ reason: "grant-ceiling", of: "holder", missing: ["p:c"] });
  expect(decide([role("other", "a")])).toEqual(yes);
  expect(decide([], [named(["a"])])).toEqual(yes);
  expect(decide([role("other", "a", "c")])).toEqual(above);
  expect(decide([], [named(["a", "c"])])).toEqual(above);
  expect(decide([role("other", "a", "b", "c")])).toEqual(yes);
});

test("nobody's own role gains by their change, not even what they hold through another role", () => {
  const after = catalogueOf({ a: ["b"], b: [], c: [] });
  const change = { before, after, roles: [owner, role("own", "a"), role("second", "b")], keys: [] };
  expect(mayChangeCatalogue({ actor: actor(["a", "b"]), ...change })).toEqual(
    refused({ reason: "own-roles", roleId: "own", gained: ["p:b"] }),
  );
  expect(mayChangeCatalogue({ actor: actor(["a", "b"], { roleIds: ["second"] }), ...change })).toEqual(yes);
});

test("a name that a role still lists gives nothing when it is declared again", () => {
  const [fewer, again] = [catalogueOf({ a: [] }), catalogueOf({ a: [], b: [] })];
  const change = { before: fewer, after: again, roles: [owner, role("own", "a", "b")], keys: [named(["b"])] };
  expect(mayChangeCatalogue({ actor: actor(["a"], {}, fewer), ...change })).toEqual(yes);
});
