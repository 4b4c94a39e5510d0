/** The JSON schema of permissions.json accepts what `parseCatalogue` accepts, and editors report the errors that it throws. */
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, test } from "vitest";
import schema from "../../permissions.schema.json" with { type: "json" };
import { exampleCatalogue } from "../example/index.ts";
import { reservedGroupKeys } from "../permissions/names.ts";
import { parseCatalogue } from "./index.ts";

const isValid = new Ajv2020({ strict: true, strictTypes: false }).compile(schema);

const view = { label: "A", actions: { view: {} } };
const withAction = (action: unknown) => ({ a: { label: "A", actions: { view: {}, edit: action } } });
/** As `definePermissions` takes it. */
const example = Object.fromEntries(
  exampleCatalogue.definition.map(({ key, actions, ...group }) => [
    key,
    {
      ...group,
      actions: Object.fromEntries(
        actions.map(({ permission, ...action }) => [permission.slice(key.length + 1), action]),
      ),
    },
  ]),
);

test.for<[string, unknown]>([
  ["the example", example],
  ["the name of the schema", { $schema: "./permissions.schema.json", a: view }],
  ["no group", {}],
  [
    "an action with every property",
    withAction({ label: "B", description: "C", implies: ["view"], sensitive: true }),
  ],
  ["a text for each language", withAction({ label: { en: "B", tr: "C" }, description: { tr: "D" } })],
  ["a full name in implies", withAction({ implies: ["a:view"] })],
])("both accept %s", ([, declaration]) => {
  expect(isValid(declaration), JSON.stringify(isValid.errors)).toBe(true);
  expect(() => parseCatalogue(declaration)).not.toThrow();
});

test.for<[string, unknown]>([
  ["an array of names", ["a:view"]],
  ["a schema that is not a text", { $schema: 7, a: view }],
  ["a group without a label", { a: { actions: { view: {} } } }],
  ["a blank label", { a: { ...view, label: " " } }],
  ["a long label", { a: { ...view, label: "x".repeat(101) } }],
  ["a label in no language", { a: { ...view, label: {} } }],
  ["a label in an unknown language", { a: { ...view, label: { en: "A", de: "B" } } }],
  ["a blank label in a language", { a: { ...view, label: { en: "A", tr: " " } } }],
  ["a long label in a language", { a: { ...view, label: { tr: "x".repeat(101) } } }],
  ["a group without actions", { a: { label: "A", actions: {} } }],
  ["an unknown key of a group", { a: { ...view, colour: "red" } }],
  ["an upper-case name", { A: view }],
  ["a name with a colon", { "a:view": view }],
  ["an unknown key of an action", withAction({ sensitve: true })],
  ["a sensitive mark that is a text", withAction({ sensitive: "yes" })],
  ["a long description", withAction({ description: "x".repeat(301) })],
  ["a long description in a language", withAction({ description: { en: "x".repeat(301) } })],
  ["a text in implies", withAction({ implies: "view" })],
  ["a name twice in implies", withAction({ implies: ["view", "view"] })],
  ["an invalid name in implies", withAction({ implies: ["View"] })],
  ...reservedGroupKeys.map((key): [string, unknown] => [`the built-in group ${key}`, { [key]: view }]),
])("both reject %s", ([, declaration]) => {
  expect(isValid(declaration)).toBe(false);
  expect(() => parseCatalogue(declaration)).toThrow();
});

test("accepts the roles of a push to all organizations beside the groups", () => {
  const role = { key: "agent", name: "Agent", permissions: ["a:view", "users:view"] };
  const translations = { tr: { name: "Temsilci", description: "" } };
  expect(isValid({ a: view, roles: [role, { ...role, key: "b", description: "", translations }] })).toBe(
    true,
  );
  for (const wrong of [
    { key: "owner" },
    { key: "Agent" },
    { name: "" },
    { permissions: ["view"] },
    { colour: "red" },
  ])
    expect(isValid({ a: view, roles: [{ ...role, ...wrong }] }), JSON.stringify(wrong)).toBe(false);
});
