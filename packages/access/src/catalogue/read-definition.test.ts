import * as fc from "fast-check";
import { expect, test } from "vitest";
import { assertProperty } from "../../test/arbitraries.ts";
import { CatalogueError } from "../permissions/errors.ts";
import { reservedGroupKeys } from "../permissions/names.ts";
import { ownCatalogue } from "./builtin-permissions.ts";
import { parseCatalogue, restoreCatalogue } from "./index.ts";

const view = { actions: { view: {} } };

/** A declaration with one group and this action. */
function withAction(action: unknown): unknown {
  return { campaigns: { label: "Campaigns", actions: { view: {}, edit: action } } };
}

const long = (length: number): string => "a".repeat(length);

test.for<[string, unknown, path: string, reason: string]>([
  ["null", null, "", "write an object of groups by name"],
  ["a string", "campaigns", "", "write an object of groups by name"],
  ["a group that is not an object", { campaigns: true }, "campaigns", "write an object"],
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
    "a lone surrogate in a description",
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
    "unknown key; known keys are key, label, description, actions",
  ],
  [
    "an unknown key of an action",
    withAction({ sensitve: true }),
    "campaigns.actions.edit.sensitve",
    "unknown key; known keys are permission, label, description, implies, sensitive",
  ],
  [
    "a sensitive mark that is null",
    withAction({ sensitive: null }),
    "campaigns.actions.edit.sensitive",
    "write true or false",
  ],
  [
    "a sensitive mark that is not a boolean",
    withAction({ sensitive: "yes" }),
    "campaigns.actions.edit.sensitive",
    "write true or false",
  ],
  [
    "implies that is not a list",
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
    "implies with an unknown name that resembles no other",
    withAction({ implies: ["people:everything"] }),
    "campaigns.actions.edit.implies.0",
    'there is no permission "people:everything". Use a name that the catalogue declares.',
  ],
  [
    "implies with a built-in permission",
    withAction({ implies: ["roles:assign"] }),
    "campaigns.actions.edit.implies.0",
    `"roles:assign" is in a group of Gatehouse; a panel's action can't imply it`,
  ],
  [
    "a group with a key property",
    { campaigns: { ...view, label: "C", key: "other" } },
    "campaigns.key",
    "the name is already the property's key; remove this",
  ],
])("%s is rejected with its path and how to correct it", ([, declaration, path, reason]) => {
  expectCatalogueError(() => parseCatalogue(declaration), path, reason);
});

test.for(["", "Campaigns", "2fa", "-a", "a_b", "a b", "a:b", "ö", "__proto__", "a\n"])(
  "the name %j is rejected for a group and for an action",
  (name) => {
    const named = (value: unknown): unknown =>
      JSON.parse(`{${JSON.stringify(name)}: ${JSON.stringify(value)}}`);
    const reason = "start the name with a letter a–z, followed by a–z, 0–9 and hyphens";

    expectCatalogueError(() => parseCatalogue(named({ label: "A", ...view })), name, reason);
    expectCatalogueError(
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
])("a __proto__ property is an unknown key everywhere: %s", (text) => {
  expect(() => parseCatalogue(JSON.parse(text))).toThrow(/__proto__: unknown key/);
});

test("a very long name is rejected, and truncated in the message", () => {
  expectCatalogueError(
    () => parseCatalogue({ [long(1_000_000)]: { label: "A", ...view } }),
    `${long(64)}…`,
    "use at most 64 letters for a name",
  );
});

test.for(reservedGroupKeys)("a panel can't declare a group named %s, in either form", (key) => {
  const reason = `"${key}" is reserved for Gatehouse; choose another name`;

  expectCatalogueError(() => parseCatalogue({ [key]: { label: "Mine", ...view } }), key, reason);
  expectCatalogueError(
    () => parseCatalogue([{ key, label: "Mine", actions: [{ permission: `${key}:view` }] }]),
    "0",
    reason,
  );
});

test("paths in the array format use indexes", () => {
  const group = { key: "a", label: "A", actions: [{ permission: "a:view" }] };

  expectCatalogueError(() => parseCatalogue([{ label: "A" }]), "0.key", "write the name");
  expectCatalogueError(() => parseCatalogue([group, group]), "1", '"a" is declared twice');
  expectCatalogueError(
    () => parseCatalogue([{ ...group, actions: [{ permission: "b:view" }] }]),
    "0.actions.0.permission",
    'start with "a:"',
  );
  expectCatalogueError(
    () => parseCatalogue([{ ...group, actions: [{ permission: "a:b", implies: ["a:c"] }] }]),
    "0.actions.0.implies.0",
    'there is no permission "a:c". Did you mean "a:b"?',
  );
});

test("a cycle of implied actions is rejected with exactly the cycle in the message", () => {
  const actions = {
    view: { implies: ["edit"] },
    edit: { implies: ["stop", "send"] },
    stop: {},
    send: { implies: ["edit"] },
  };

  expectCatalogueError(
    () => parseCatalogue({ a: { label: "A", actions } }),
    "a.actions.edit.implies",
    "implies itself (a:edit → a:send → a:edit); remove one of these",
  );
});

test("an action that implies itself is rejected", () => {
  expectCatalogueError(
    () => parseCatalogue({ a: { label: "A", actions: { view: { implies: ["view"] } } } }),
    "a.actions.view.implies",
    "implies itself (a:view → a:view); remove one of these",
  );
});

test("a catalogue has at most 2,000 permissions, including the built-in ones", () => {
  const most = 2000 - ownCatalogue.permissions.length;
  const declaring = (count: number): unknown => ({
    a: {
      label: "A",
      actions: Object.fromEntries(Array.from({ length: count }, (_, index) => [`b${index}`, {}])),
    },
  });

  expect(parseCatalogue(declaring(most)).permissions).toHaveLength(most);
  expect(restoreCatalogue(declaring(2000)).permissions).toHaveLength(2000);
  expectCatalogueError(
    () => parseCatalogue(declaring(most + 1)),
    "",
    `${most + 1} permissions are too many; declare at most ${most}`,
  );
});

test("an action implies at most 2,000 others, which are read in linear time", () => {
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
  expectCatalogueError(
    () => parseCatalogue(implying(100_000)),
    "tasks.actions.all.implies",
    "list at most 2000 names; these are 100000",
  );
});

test("any JSON is either parsed or rejected with a CatalogueError", () => {
  const key = fc.oneof(
    fc.constantFrom("key", "label", "actions", "implies", "permission", "a", "a:b"),
    fc.string(),
  );
  const anyJson = fc.letrec((tie) => ({
    value: fc.oneof(fc.jsonValue(), fc.array(tie("value")), fc.dictionary(key, tie("value"))),
  })).value;

  assertProperty(anyJson, (value) => {
    try {
      parseCatalogue(value);
    } catch (error) {
      expect(error).toBeInstanceOf(CatalogueError);
    }
  });
});

function expectCatalogueError(action: () => unknown, path: string, reason: string): void {
  expect(action).toThrow(CatalogueError);
  expect(action).toThrow(expect.objectContaining({ path, reason, name: "CatalogueError" }));
  expect(action).toThrow(`${path === "" ? "catalogue" : path}: ${reason}`);
}

test.for<[string, string, string]>([
  ["U+200D alone", "\u200d", "write at least one visible character"],
  ["U+3164 alone", "\u3164", "write at least one visible character"],
  ["U+2800 alone", "\u2800", "write at least one visible character"],
  ["U+200B inside", "Camp\u200baigns", "remove invisible characters"],
  ["U+00AD inside", "Camp\u00adaigns", "remove invisible characters"],
  ["a direction mark", "Campaigns\u200f", "remove invisible characters"],
  ["a direction override", "\u202eCampaigns", "remove line breaks and control characters"],
])("new texts with %s are rejected, and stored ones are read", ([, text, reason]) => {
  const at = (label: unknown, description: string) => ({
    campaigns: { label: "Campaigns", actions: { view: { label, description } } },
  });
  const path = "campaigns.actions.view";
  expect(() => parseCatalogue(at(text, "See them"))).toThrow(`${path}.label: ${reason}`);
  expect(() => parseCatalogue(at({ tr: text }, "See them"))).toThrow(`${path}.label.tr: ${reason}`);
  expect(() => parseCatalogue(at("View", text))).toThrow(`${path}.description: ${reason}`);
  if (!text.includes("\u202e")) expect(restoreCatalogue(at(text, text)).permissions).toHaveLength(1);
});

test("characters without a glyph may be inside visible texts", () => {
  const label = "\u{1F469}\u200D\u{1F466} \u0645\u06CC\u200C\u062E\u0648\u0627\u0647\u0645 \u2764\uFE0F";
  const catalogue = parseCatalogue({ campaigns: { label, actions: { view: {} } } });
  expect(catalogue.definition[0]?.label).toBe(label);
});
