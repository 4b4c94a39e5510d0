import { expect, test } from "vitest";
import { formatPosition, isSame, origin, parsePosition } from "./position.ts";

const hash = "0123456789abcdef".repeat(4);

test("a position is written and read again", () => {
  expect(parsePosition(formatPosition({ sequence: 12, hash }))).toEqual({ sequence: 12, hash });
});

test.each([
  "",
  "12",
  `12.${hash.slice(1)}`,
  `12.${hash.toUpperCase()}`,
  `-1.${hash}`,
  `1e3.${hash}`,
  `12.${hash} `,
])("%j is no position", (text) => {
  expect(parsePosition(text)).toBeNull();
});

test("the same number with another hash is another position", () => {
  expect(isSame(origin, { sequence: 0, hash: "0".repeat(64) })).toBe(true);
  expect(isSame({ sequence: 12, hash }, { sequence: 12, hash: "0".repeat(64) })).toBe(false);
  expect(isSame({ sequence: 12, hash }, { sequence: 13, hash })).toBe(false);
});
