import { auditActions, auditFields } from "@gatehouse/sdk/contract";
import { setupI18n } from "@lingui/core";
import { expect, test } from "vitest";
import { messages } from "../../messages/tr/words.po";
import { actionInWords, changeInWords } from "./event-words.ts";

const english = setupI18n({ locale: "en", messages: { en: {} } });
const turkish = setupI18n({ locale: "tr", messages: { tr: messages } });

test.each(auditActions)("%s is told in Turkish, in words", (action) => {
  expect(actionInWords(action, turkish)).toMatch(/^\p{Lu}[^.]*\p{Ll}$/u);
  expect(actionInWords(action, turkish)).not.toBe(actionInWords(action, english));
});

test.each(auditFields)("the field %s has a name", (field) => {
  expect(changeInWords({ field, before: null, after: null }, turkish).field).toMatch(/^\p{Lu}/u);
});

test("a change tells what was and what is", () => {
  expect(
    changeInWords({ field: "roles", before: ["Viewer"], after: ["Marketer", "Developer"] }, turkish),
  ).toEqual({
    field: "Roller",
    before: "Viewer",
    after: "Marketer ve Developer",
  });
  expect(changeInWords({ field: "status", before: "active", after: "suspended" }, turkish)).toMatchObject({
    before: "Etkin",
    after: "Askıda",
  });
  expect(changeInWords({ field: "roles", before: [], after: null }, turkish)).toMatchObject({
    before: null,
    after: null,
  });
});

test("permissions are told by their names, times as people write them", () => {
  const change = { field: "permissions", before: null, after: ["campaigns:edit"] };
  expect(changeInWords(change, turkish, () => "Campaigns: Edit").after).toBe("Campaigns: Edit");
  const until = { field: "expiresAt", before: null, after: "2026-03-03T09:00:00.000Z" };
  expect(changeInWords(until, turkish).after).toMatch(/^3 Mar 2026/);
});

test("what another version recorded is spelled out", () => {
  expect(actionInWords("webhooks.secret-rotated", turkish)).toBe("Secret rotated");
  expect(changeInWords({ field: "retryLimit", before: 1, after: 1200 }, turkish)).toEqual({
    field: "Retry limit",
    before: "1",
    after: "1.200",
  });
});
