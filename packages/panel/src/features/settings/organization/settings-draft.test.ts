import { expect, test } from "vitest";
import {
  createDraft,
  getChanges,
  isChanged,
  listAddedPanels,
  parseDomains,
  parsePanels,
  rebase,
} from "./settings-draft.ts";

const settings = {
  name: "Lodos",
  language: "en" as const,
  invitationExpiresInDays: 7,
  allowedEmailDomains: ["lodos.example"],
  panelOrigins: ["https://panel.lodos.example"],
  defaultPanelOrigin: "https://panel.lodos.example",
};
const start = createDraft(settings, "1");
const typed = (more: object) => ({ ...start, form: { ...start.form, ...more } });

test("sends only changed fields", () => {
  expect(isChanged(start)).toBe(false);
  expect(getChanges(typed({ name: " Lodos ", days: "3" }))).toEqual({ invitationExpiresInDays: 3 });
  expect(getChanges(typed({ domains: "@lodos.example" }))).toEqual({});
  expect(getChanges(typed({ domains: "" }))).toEqual({ allowedEmailDomains: [] });
  expect(getChanges(typed({ panels: "https://Panel.lodos.example/" }))).toEqual({});
  expect(getChanges(typed({ panels: "http://localhost:4000" }))).toEqual({
    panelOrigins: ["http://localhost:4000"],
  });
});

test("parses domains separated by commas, spaces and line breaks; reports invalid ones", () => {
  expect(parseDomains("a.example, @B.example;c\nd.example")).toEqual({
    values: ["a.example", "b.example", "d.example"],
    wrong: ["c"],
  });
  expect(isChanged(typed({ domains: "lodos.example nonsense" }))).toBe(true);
});

test("parses panel addresses; reports paths and plain http", () => {
  expect(
    parsePanels("https://a.example, https://b.example:8443\nhttp://b.example https://c.example/x d.example"),
  ).toEqual({
    values: ["https://a.example", "https://b.example:8443"],
    wrong: ["http://b.example", "https://c.example/x", "d.example"],
  });
  expect(isChanged(typed({ panels: "https://panel.lodos.example nonsense" }))).toBe(true);
});

test("lists added panel addresses, not kept, reordered or removed ones", () => {
  expect(listAddedPanels(start)).toEqual([]);
  expect(listAddedPanels(typed({ panels: "" }))).toEqual([]);
  expect(
    listAddedPanels(typed({ panels: "https://Panel.lodos.example/ https://b.example nonsense" })),
  ).toEqual(["https://b.example"]);
});

test("rebasing keeps the draft's changes", () => {
  const next = rebase(typed({ name: "Lodos Group" }), { ...settings, language: "tr" }, "2");
  expect(next.form).toMatchObject({ name: "Lodos Group", language: "tr" });
  expect(next.theirs).toEqual({ language: "tr" });
  expect(getChanges(next)).toEqual({ name: "Lodos Group" });
});

test("a field that both changed keeps the draft's value and reports the other one", () => {
  const next = rebase(typed({ name: "Lodos Group" }), { ...settings, name: "Lodos AG" }, "2");
  expect(next.form.name).toBe("Lodos Group");
  expect(next.theirs).toEqual({ name: "Lodos AG" });
});
