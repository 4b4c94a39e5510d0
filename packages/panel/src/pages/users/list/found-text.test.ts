import { setupI18n } from "@lingui/core";
import { expect, test } from "vitest";
import { messages as english } from "../../../messages/en/users.po";
import { messages as turkish } from "../../../messages/tr/users.po";
import { foundText } from "./found-text.ts";

const en = setupI18n({ locale: "en", messages: { en: english } });
const tr = setupI18n({ locale: "tr", messages: { tr: turkish } });
const found = { count: 1204, exact: true };

test("a screen reader hears how many were found", () => {
  expect(foundText({ count: 0, exact: true }, en)).toBe("Nobody found");
  expect(foundText({ count: 1, exact: true }, en)).toBe("1 user found");
  expect(foundText(found, en)).toBe("1,204 users found");
  expect(foundText(found, tr)).toBe("1.204 kullanıcı bulundu");
  expect(foundText({ count: 10_000, exact: false }, en)).toBe("10,000+ users found");
});
