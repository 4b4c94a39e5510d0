import * as fc from "fast-check";
import { expect, test } from "vitest";
import { always } from "../test/arbitraries.ts";
import { parseCatalogue, restoreCatalogue } from "./catalogue.ts";
import { CatalogueError } from "./errors.ts";
import { ownGroupKeys } from "./own-group-keys.ts";
import { ownCatalogue } from "./own-groups.ts";

const view = { actions: { view: {} } };

/** A declaration whose one group has one action declared so. */
function withAction(action: unknown): unknown {
  return { campaigns: { label: "Campaigns", actions: { view: {}, edit: action } } };
}

const long = (length: number): string => "a".repeat(length);

test.for<[string, unknown, path: string, reason: string]>([
  ["no object", null, "", "write an object of groups by name"],
  ["a text", "campaigns", "", "write an object of groups by name"],
  ["a group that is no object", { campaigns: true }, "campaigns", "write an object"],
  ["a group without a label", { campaigns: view }, "campaigns.label", "write a text"],
  ["a blank label", { campaigns: { ...view, label: "  " } }, "campaigns.label", "write a text"],
  [
    "a long label",
    { campaigns: { ...view, label: long(101) } },
    "campaigns.label",
    "use at most 100 characters",
  ],
  [
    "a line break in a label",
    { campaigns: { ...view, label: "A\nB" } },
    "campaigns.label",
    "remove line breaks and control characters",
  ],
  [
    "half a character in a description",
    withAction({ description: "\ud800" }),
    "campaigns.actions.edit.description",
    "remove line breaks and control characters",
  ],
  [
    "a long description",
    withAction({ description: long(301) }),
    "campaigns.actions.edit.description",
    "use at most 300 characters",
  ],
  [
    "a group without actions",
    { campaigns: { label: "C" } },
    "campaigns.actions",
    "write an object of actions by name",
  ],
  [
    "a group with no action",
    { campaigns: { label: "C", actions: {} } },
    "campaigns.actions",
    "declare at least one action",
  ],
  [
    "an unknown key of a group",
    { campaigns: { ...view, label: "C", colour: "red" } },
    "campaigns.colour",
    "unknown key; there are key, label, description, actions",
  ],
  [
    "an unknown key of an action",
    withAction({ sensitve: true }),
    "campaigns.actions.edit.sensitve",
    "unknown key; there are permission, label, description, implies, sensitive",
  ],
  [
    "a mark that is null",
    withAction({ sensitive: null }),
    "campaigns.actions.edit.sensitive",
    "write true or false",
  ],
  [
    "a mark that is no yes or no",
    withAction({ sensitive: "yes" }),
    "campaigns.actions.edit.sensitive",
    "write true or false",
  ],
  [
    "implies that is no list",
    withAction({ implies: "view" }),
    "campaigns.actions.edit.implies",
    'write a list of action names, such as ["view"]',
  ],
  [
    "implies with a number",
    withAction({ implies: [1] }),
    "campaigns.actions.edit.implies.0",
    "write an action's name",
  ],
  [
    "implies that names one twice",
    withAction({ implies: ["view", "campaigns:view"] }),
    "campaigns.actions.edit.implies.1",
    '"campaigns:view" is listed twice',
  ],
  [
    "implies with a misspelt name",
    withAction({ implies: ["vew"] }),
    "campaigns.actions.edit.implies.0",
    'there is no permission "campaigns:vew". Did you mean "campaigns:view"?',
  ],
  [
    "implies with a name unlike any other",
    withAction({ implies: ["people:everything"] }),
    "campaigns.actions.edit.implies.0",
    'there is no permission "people:everything". Use a name that the catalogue declares.',
  ],
  [
    "implies that reaches for Gatehouse itself",
    withAction({ implies: ["roles:assign"] }),
    "campaigns.actions.edit.implies.0",
    `"roles:assign" is Gatehouse's own; an action of a panel can't include it`,
  ],
  [
    "a group given its key twice",
    { campaigns: { ...view, label: "C", key: "other" } },
    "campaigns.key",
    "the name is given already, in front of the braces; take this out",
  ],
])("%s is refused with its place and what to do", ([, declaration, path, reason]) => {
  expectRefusal(() => parseCatalogue(declaration), path, reason);
});

test.for(["", "Campaigns", "2fa", "-a", "a_b", "a b", "a:b", "ö", "__proto__", "a\n"])(
  "the name %j is refused for a group and for an action",
  (name) => {
    const named = (value: unknown): unknown =>
      JSON.parse(`{${JSON.stringify(name)}: ${JSON.stringify(value)}}`);
    const reason = "begin the name with a letter a–z and go on with a–z, 0–9 and hyphens";

    expectRefusal(() => parseCatalogue(named({ label: "A", ...view })), name, reason);
    expectRefusal(
      () => parseCatalogue({ a: { label: "A", actions: named({}) } }),
      `a.actions.${name}`,
      reason,
    );
  },
);

test.for([
  '{"a": {"label": "A", "__proto__": {}, "actions": {"view": {}}}}',
  '{"a": {"label": "A", "actions": {"view": {"__proto__": {"sensitive": true}}}}}',
  '[{"key": "a", "label": "A", "__proto__": {}, "actions": [{"permission": "a:view"}]}]',
])("a member __proto__ is unknown wherever it is: %s", (text) => {
  expect(() => parseCatalogue(JSON.parse(text))).toThrow(/__proto__: unknown key/);
});

test("a very long name is refused, and shortened in the message", () => {
  expectRefusal(
    () => parseCatalogue({ [long(1_000_000)]: { label: "A", ...view } }),
    `${long(64)}…`,
    "use at most 64 letters for a name",
  );
});

test.for(ownGroupKeys)("a panel can't declare a group named %s, in either form", (key) => {
  const reason = `"${key}" is a group of Gatehouse's own; choose another name`;

  expectRefusal(() => parseCatalogue({ [key]: { label: "Mine", ...view } }), key, reason);
  expectRefusal(
    () => parseCatalogue([{ key, label: "Mine", actions: [{ permission: `${key}:view` }] }]),
    "0",
    reason,
  );
});

test("in the stored form, places are counted", () => {
  const group = { key: "a", label: "A", actions: [{ permission: "a:view" }] };

  expectRefusal(() => parseCatalogue([{ label: "A" }]), "0.key", "write the name");
  expectRefusal(() => parseCatalogue([group, group]), "1", '"a" is declared twice');
  expectRefusal(
    () => parseCatalogue([{ ...group, actions: [{ permission: "b:view" }] }]),
    "0.actions.0.permission",
    'begin with "a:"',
  );
  expectRefusal(
    () => parseCatalogue([{ ...group, actions: [{ permission: "a:b", implies: ["a:c"] }] }]),
    "0.actions.0.implies.0",
    'there is no permission "a:c". Did you mean "a:b"?',
  );
});

test("actions that imply each other in a circle are refused, with the circle and nothing beside it", () => {
  const actions = {
    view: { implies: ["edit"] },
    edit: { implies: ["stop", "send"] },
    stop: {},
    send: { implies: ["edit"] },
  };

  expectRefusal(
    () => parseCatalogue({ a: { label: "A", actions } }),
    "a.actions.edit.implies",
    "implies itself (a:edit → a:send → a:edit); take one of these out",
  );
});

test("an action that implies itself is refused", () => {
  expectRefusal(
    () => parseCatalogue({ a: { label: "A", actions: { view: { implies: ["view"] } } } }),
    "a.actions.view.implies",
    "implies itself (a:view → a:view); take one of these out",
  );
});

test("a panel and Gatehouse together declare at most 2,000 permissions", () => {
  const most = 2000 - ownCatalogue.permissions.length;
  const declaring = (count: number): unknown => ({
    a: {
      label: "A",
      actions: Object.fromEntries(Array.from({ length: count }, (_, index) => [`b${index}`, {}])),
    },
  });

  expect(parseCatalogue(declaring(most)).permissions).toHaveLength(most);
  expect(restoreCatalogue(declaring(2000)).permissions).toHaveLength(2000);
  expectRefusal(
    () => parseCatalogue(declaring(most + 1)),
    "",
    `${most + 1} permissions are too many; declare at most ${most}`,
  );
});

test("an action brings 2,000 others at most, and as many are read without comparing each with each", () => {
  const implying = (count: number) => ({
    tasks: {
      label: "Tasks",
      actions: {
        all: { implies: Array.from({ length: count }, (_, index) => `a${index}`) },
        ...Object.fromEntries(Array.from({ length: 1_900 }, (_, index) => [`a${index}`, {}])),
      },
    },
  });
  const all = parseCatalogue(implying(1_900));
  expect(all.actions.get("tasks:all")?.implies).toHaveLength(1_900);
  expectRefusal(
    () => parseCatalogue(implying(100_000)),
    "tasks.actions.all.implies",
    "list at most 2000 names; these are 100000",
  );
});

test("whatever JSON comes in, it is read or refused with a CatalogueError, never anything else", () => {
  const key = fc.oneof(
    fc.constantFrom("key", "label", "actions", "implies", "permission", "a", "a:b"),
    fc.string(),
  );
  const anyJson = fc.letrec((tie) => ({
    value: fc.oneof(fc.jsonValue(), fc.array(tie("value")), fc.dictionary(key, tie("value"))),
  })).value;

  always(anyJson, (value) => {
    try {
      parseCatalogue(value);
    } catch (error) {
      expect(error).toBeInstanceOf(CatalogueError);
    }
  });
});

function expectRefusal(action: () => unknown, path: string, reason: string): void {
  expect(action).toThrow(CatalogueError);
  expect(action).toThrow(expect.objectContaining({ path, reason, name: "CatalogueError" }));
  expect(action).toThrow(`${path === "" ? "catalogue" : path}: ${reason}`);
}
