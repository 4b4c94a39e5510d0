import { auditActions, auditFields } from "@gatehouse/sdk/contract";
import { setupI18n } from "@lingui/core";
import { expect, test } from "vitest";
import { messages } from "../../messages/tr/words.po";
import { diffList, formatAction, formatChange } from "./event-labels.ts";

const english = setupI18n({ locale: "en", messages: { en: {} } });
const turkish = setupI18n({ locale: "tr", messages: { tr: messages } });

test.each(auditActions)("%s has a Turkish label", (action) => {
  expect(formatAction(action, turkish)).toMatch(/^\p{Lu}[^.]*\p{Ll}$/u);
  expect(formatAction(action, turkish)).not.toBe(formatAction(action, english));
});

test.each(auditFields)("the field %s has a Turkish label", (field) => {
  expect(formatChange({ field, before: null, after: null }, turkish).field).toMatch(/^\p{Lu}/u);
});

test("formats the old and the new value", () => {
  expect(
    formatChange({ field: "roles", before: ["Viewer"], after: ["Marketer", "Developer"] }, turkish),
  ).toEqual({
    field: "Roller",
    before: "Viewer",
    after: "Marketer ve Developer",
  });
  expect(formatChange({ field: "status", before: "active", after: "suspended" }, turkish)).toMatchObject({
    before: "Etkin",
    after: "Askıda",
  });
  expect(formatChange({ field: "roles", before: [], after: null }, turkish)).toMatchObject({
    before: null,
    after: null,
  });
});

test("formats permissions by label and times by locale", () => {
  const change = { field: "permissions", before: null, after: ["campaigns:edit"] };
  expect(formatChange(change, turkish, () => "Campaigns: Edit").after).toBe("Campaigns: Edit");
  const until = { field: "expiresAt", before: null, after: "2026-03-03T09:00:00.000Z" };
  expect(formatChange(until, turkish).after).toMatch(/^3 Mar 2026/);
});

test("derives labels of unknown actions and fields from their names", () => {
  expect(formatAction("webhooks.secret-rotated", turkish)).toBe("Secret rotated");
  expect(formatChange({ field: "retryLimit", before: 1, after: 1200 }, turkish)).toEqual({
    field: "Retry limit",
    before: "1",
    after: "1.200",
  });
});

test("lists added and removed entries", () => {
  const change = { field: "roles", before: ["Viewer", "Marketer"], after: ["Marketer", "Call Center"] };
  expect(diffList(change)).toEqual({ added: ["Call Center"], removed: ["Viewer"] });
});

test("returns null when a list is new, removed or not a list", () => {
  expect(diffList({ field: "roles", before: [], after: ["Viewer"] })).toBeNull();
  expect(diffList({ field: "roles", before: ["Viewer"], after: null })).toBeNull();
  expect(diffList({ field: "name", before: "Işıl", after: "Isil" })).toBeNull();
});
