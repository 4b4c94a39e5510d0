import { setupI18n } from "@lingui/core";
import { expect, test } from "vitest";
import { messages as english } from "../../../messages/en/users.po";
import { messages as turkish } from "../../../messages/tr/users.po";
import { formatFoundCount } from "./users-page.tsx";

const en = setupI18n({ locale: "en", messages: { en: english } });
const tr = setupI18n({ locale: "tr", messages: { tr: turkish } });
const found = { count: 1204, exact: true };

test("announces the number of users found", () => {
  expect(formatFoundCount({ count: 0, exact: true }, en)).toBe("Nobody found");
  expect(formatFoundCount({ count: 1, exact: true }, en)).toBe("1 user found");
  expect(formatFoundCount(found, en)).toBe("1,204 users found");
  expect(formatFoundCount(found, tr)).toBe("1.204 kullanıcı bulundu");
  expect(formatFoundCount({ count: 10_000, exact: false }, en)).toBe("10,000+ users found");
});
