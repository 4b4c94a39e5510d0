import { describe, expect, test } from "vitest";
import { getFirstName, getTint, initials } from "./person.tsx";

describe("initials", () => {
  test.each([
    ["Aydın Kılınç", "AK"],
    ["İnci Şahin", "İŞ"],
    ["Zeynep Altınok Yıldırım", "ZY"],
    ["Josephine Okonkwo-Baines", "JO"],
    ["Abdurrahman Safiuddin al-Mansuri", "AM"],
    ["Nur ad-Din Haddad", "NH"],
    ["Katharina von Hohenstein-Lindenberg", "KH"],
    ["Martin O’Neill", "MO"],
  ])("takes the first letters of the first and the last word of %s", (name, expected) => {
    expect(initials(name, "en")).toBe(expected);
  });

  test("ignores words in another script", () => {
    expect(initials("Lin Xiaomin 林晓敏", "en")).toBe("LX");
  });

  test("takes the first two characters of a Chinese name", () => {
    expect(initials("王锦", "en")).toBe("王锦");
    expect(initials("欧阳娜娜", "en")).toBe("欧阳");
  });

  test("upper-cases a dotted i as the reader's language does", () => {
    expect(initials("ilker", "tr")).toBe("İ");
    expect(initials("ilker", "en")).toBe("I");
    expect(initials("ışıl ışık", "tr")).toBe("II");
  });

  test("keeps a letter and its combining marks together", () => {
    expect(initials("I\u0307nci S\u0327ahin", "tr")).toBe("İŞ");
    expect(initials("x\u0301avi", "en")).toBe("X\u0301");
  });

  test("keeps an emoji sequence whole when a name has no letters", () => {
    expect(initials("👩‍👩‍👧", "en")).toBe("👩‍👩‍👧");
    expect(initials("", "en")).toBe("");
  });
});

describe("getTint", () => {
  const accounts = Array.from(
    { length: 900 },
    (_, index) => `01930000-0000-7000-8000-${String(index).padStart(12, "0")}`,
  );

  test("returns the same of nine hues for an account", () => {
    expect(accounts.map(getTint)).toEqual(accounts.map(getTint));
    expect(new Set(accounts.map(getTint))).toEqual(new Set([0, 1, 2, 3, 4, 5, 6, 7, 8]));
  });

  test("distributes similar ids over the hues", () => {
    const counts = Map.groupBy(accounts, getTint);
    for (const [, members] of counts) expect(members.length).toBeLessThan(160);
  });
});

test("returns the first word of a name", () => {
  expect(["Ayşe Nur Kaya", " Olive  Brandt", "王小明", "Cher"].map(getFirstName)).toEqual([
    "Ayşe",
    "Olive",
    "王小明",
    "Cher",
  ]);
});
