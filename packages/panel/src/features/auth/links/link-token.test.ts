import { expect, test } from "vitest";
import { readLinkToken } from "./link-token.ts";

const token = "0199d0c50199d0c5.1.mac-_-";

test.each([
  "",
  ".",
  ")",
  ").",
  "...",
  ",",
  ">",
  "\u00bb",
  "\u201d.",
  " ",
  "\u200b",
  "&quot;",
  "]",
  "'",
  "%20",
])("reads the token of a link that is followed by %j", (end) => {
  expect(readLinkToken(`${token}${end}`)).toBe(token);
});

test.each(["<", "(", " ", "\u200b", "#"])("reads the token of a link after %j", (start) => {
  expect(readLinkToken(`${start}${token}`)).toBe(token);
});

test.each(["", ".", ")", " "])("reads no token from %j", (fragment) => {
  expect(readLinkToken(fragment)).toBe("");
});
