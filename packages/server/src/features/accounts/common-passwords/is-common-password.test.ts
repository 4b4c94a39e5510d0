import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { isCommonPassword } from "./is-common-password.ts";

test.each([
  "1029384756!!",
  "1q2w3e4r5t6y7u8i9o0p",
  "123456789098",
  "Elizabeth1987!",
  "Liverp00l!!!!",
  "3l1z4beth2024",
  "V@ncouver2025!",
  "E.l.i.z.a.b.e.t.h-1",
  "!!!htebazile2024",
  "elizabethelizabeth1!",
  "ELİZABETH-1987",
])("finds %j", (password) => {
  expect(isCommonPassword(password)).toBe(true);
});

test.each([
  "correct horse battery staple",
  "mavi kapının önünde üç kedi",
  "uncharacteristically",
  "liverpool in the rain",
  "東京の静かな朝に鳥が鳴いた",
])("doesn't find %j", (password) => {
  expect(isCommonPassword(password)).toBe(false);
});

test("has the first and the last of the list, and none in between by chance", () => {
  expect(isCommonPassword("!!!!!!!!")).toBe(true);
  const generated = Array.from({ length: 2000 }, () => randomBytes(9).toString("base64"));
  expect(generated.filter(isCommonPassword)).toEqual([]);
});
