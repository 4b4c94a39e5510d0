import { expect, test } from "vitest";
import { addedPanels, draftOf, editOf, isChanged, readDomains, readPanels, rebase } from "./draft.ts";

const settings = {
  name: "Lodos",
  language: "en" as const,
  invitationExpiresInDays: 7,
  allowedEmailDomains: ["lodos.example"],
  panelOrigins: ["https://panel.lodos.example"],
};
const start = draftOf(settings, "1");
const typed = (more: object) => ({ ...start, form: { ...start.form, ...more } });

test("only what was changed is sent", () => {
  expect(isChanged(start)).toBe(false);
  expect(editOf(typed({ name: " Lodos ", days: "3" }))).toEqual({ invitationExpiresInDays: 3 });
  expect(editOf(typed({ domains: "@lodos.example" }))).toEqual({});
  expect(editOf(typed({ domains: "" }))).toEqual({ allowedEmailDomains: [] });
  expect(editOf(typed({ panels: "https://Panel.lodos.example/" }))).toEqual({});
  expect(editOf(typed({ panels: "http://localhost:4000" }))).toEqual({
    panelOrigins: ["http://localhost:4000"],
  });
});

test("domains are read from between commas, spaces and lines; what is none is named", () => {
  expect(readDomains("a.example, @B.example;c\nd.example")).toEqual({
    values: ["a.example", "b.example", "d.example"],
    wrong: ["c"],
  });
  expect(isChanged(typed({ domains: "lodos.example nonsense" }))).toBe(true);
});

test("addresses of panels are read likewise; paths and plain http are named", () => {
  expect(
    readPanels("https://a.example, https://b.example:8443\nhttp://b.example https://c.example/x d.example"),
  ).toEqual({
    values: ["https://a.example", "https://b.example:8443"],
    wrong: ["http://b.example", "https://c.example/x", "d.example"],
  });
  expect(isChanged(typed({ panels: "https://panel.lodos.example nonsense" }))).toBe(true);
});

test("addresses of panels that are new are told from those that stay, are reordered or go", () => {
  expect(addedPanels(start)).toEqual([]);
  expect(addedPanels(typed({ panels: "" }))).toEqual([]);
  expect(addedPanels(typed({ panels: "https://Panel.lodos.example/ https://b.example nonsense" }))).toEqual([
    "https://b.example",
  ]);
});

test("one's own changes stay on top of what somebody else saved", () => {
  const next = rebase(typed({ name: "Lodos Group" }), { ...settings, language: "tr" }, "2");
  expect(next.form).toMatchObject({ name: "Lodos Group", language: "tr" });
  expect(next.theirs).toEqual({ language: "tr" });
  expect(editOf(next)).toEqual({ name: "Lodos Group" });
});

test("of a field that both changed, one's own stays and theirs is beside it", () => {
  const next = rebase(typed({ name: "Lodos Group" }), { ...settings, name: "Lodos AG" }, "2");
  expect(next.form.name).toBe("Lodos Group");
  expect(next.theirs).toEqual({ name: "Lodos AG" });
});
