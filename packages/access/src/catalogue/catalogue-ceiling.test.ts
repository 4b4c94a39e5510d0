/** Catalogue changes and the grant ceiling: single examples. `stepwise.test.ts` tests sequences. */
import { expect, test } from "vitest";
import { type Catalogue, permissionSet } from "../index.ts";
import { type CatalogueEditor, mayChangeCatalogue, parseCatalogue } from "./index.ts";

type Implies = Readonly<Record<string, readonly string[]>>;

const makeCatalogue = (implies: Implies): Catalogue =>
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
const before = makeCatalogue({ a: [], b: [], c: [] });
const actor = (
  holds: readonly string[],
  more: Partial<CatalogueEditor> = {},
  catalogue: Catalogue = before,
): CatalogueEditor => ({
  permissions: permissionSet.fromNames(catalogue, named(holds)),
  roleIds: ["own"],
  ...more,
});
const allowed = { allowed: true };
const denied = (...reasons: readonly object[]) => ({ allowed: false, reasons });
const changed = (...names: readonly string[]) => ({
  reason: "grant-ceiling",
  of: "changed",
  missing: named(names),
});

test("any actor may declare a new permission that no role gets", () => {
  const after = makeCatalogue({ a: [], b: [], c: [], d: ["c"] });
  const roles = [owner, role("own", "a"), role("other", "b")];
  expect(mayChangeCatalogue({ actor: actor(["a"]), before, after, roles, keys: [named(["c"])] })).toEqual(
    allowed,
  );
});

test("only an owner may add a new permission to a role or an API key", () => {
  const after = makeCatalogue({ a: ["d"], b: [], c: [], d: [] });
  for (const [roles, keys] of [
    [[role("own", "a")], []],
    [[role("other", "a")], []],
    [[], [named(["a"])]],
  ] as const) {
    const change = { before, after, roles: [owner, ...roles], keys };
    expect(mayChangeCatalogue({ actor: actor(["a", "b", "c"], { roleIds: [] }), ...change })).toEqual(
      denied(changed("d")),
    );
    expect(
      mayChangeCatalogue({ actor: actor([], { permissions: permissionSet.all(before) }), ...change }),
    ).toEqual(allowed);
  }
});

test("an actor may not remove a permission that they lack, even if only owners have it", () => {
  const after = makeCatalogue({ a: [], b: [] });
  const change = { before, after, roles: [owner, role("own", "a", "b")], keys: [] };
  expect(mayChangeCatalogue({ actor: actor(["a", "b"]), ...change })).toEqual(denied(changed("c")));
  expect(mayChangeCatalogue({ actor: actor(["a", "c"]), ...change })).toEqual(allowed);
});

test("a role may lose an implied permission only if the actor has it", () => {
  const implying = makeCatalogue({ a: ["b"], b: [], c: [] });
  const change = { before: implying, after: before, roles: [owner, role("other", "a")], keys: [] };
  expect(mayChangeCatalogue({ actor: actor(["c"], {}, implying), ...change })).toEqual(denied(changed("b")));
  expect(mayChangeCatalogue({ actor: actor(["b"], {}, implying), ...change })).toEqual(allowed);
});

test("a role or an API key may gain permissions only if the actor could edit it", () => {
  const after = makeCatalogue({ a: ["b"], b: [], c: [] });
  const decide = (roles: readonly ReturnType<typeof role>[], keys: readonly string[][] = []) =>
    mayChangeCatalogue({ actor: actor(["a", "b"]), before, after, roles: [owner, ...roles], keys });
  const above = denied({ reason: "grant-ceiling", of: "holder", missing: ["p:c"] });
  expect(decide([role("other", "a")])).toEqual(allowed);
  expect(decide([], [named(["a"])])).toEqual(allowed);
  expect(decide([role("other", "a", "c")])).toEqual(above);
  expect(decide([], [named(["a", "c"])])).toEqual(above);
  expect(decide([role("other", "a", "b", "c")])).toEqual(allowed);
});

test("an actor's own role may not gain permissions, not even ones that they have through another role", () => {
  const after = makeCatalogue({ a: ["b"], b: [], c: [] });
  const change = { before, after, roles: [owner, role("own", "a"), role("second", "b")], keys: [] };
  expect(mayChangeCatalogue({ actor: actor(["a", "b"]), ...change })).toEqual(
    denied({ reason: "own-roles", roleId: "own", gained: ["p:b"] }),
  );
  expect(mayChangeCatalogue({ actor: actor(["a", "b"], { roleIds: ["second"] }), ...change })).toEqual(
    allowed,
  );
});

test("a name that a role still lists is ignored when it is declared again", () => {
  const [fewer, again] = [makeCatalogue({ a: [] }), makeCatalogue({ a: [], b: [] })];
  const change = { before: fewer, after: again, roles: [owner, role("own", "a", "b")], keys: [named(["b"])] };
  expect(mayChangeCatalogue({ actor: actor(["a"], {}, fewer), ...change })).toEqual(allowed);
});
