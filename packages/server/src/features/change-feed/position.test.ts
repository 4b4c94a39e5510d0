import { expect, test } from "vitest";
import { formatPosition, isSamePosition, parsePosition, startPosition } from "./position.ts";

const hash = "0123456789abcdef".repeat(4);

test("formats and parses a position", () => {
  expect(parsePosition(formatPosition({ sequence: 12, hash }))).toEqual({ sequence: 12, hash });
});

test("formats and parses a position with unsealed events", () => {
  const unsealed = ["0199aaaabbbb7ccc8ddd000000000001", "0199aaaabbbb7ccc8ddd000000000002"];
  const position = { sequence: 12, hash, unsealed };
  expect(formatPosition(position)).toBe(`12.${hash}${unsealed.join("")}`);
  expect(parsePosition(formatPosition(position))).toEqual(position);
});

test.each([
  "",
  "12",
  `12.${hash.slice(1)}`,
  `12.${hash.toUpperCase()}`,
  `-1.${hash}`,
  `1e3.${hash}`,
  `12.${hash} `,
  `12.${hash}0199`,
])("rejects %j as a position", (text) => {
  expect(parsePosition(text)).toBeNull();
});

test("positions with the same sequence and different hashes differ", () => {
  expect(isSamePosition(startPosition, { sequence: 0, hash: "0".repeat(64) })).toBe(true);
  expect(isSamePosition({ sequence: 12, hash }, { sequence: 12, hash: "0".repeat(64) })).toBe(false);
  expect(isSamePosition({ sequence: 12, hash }, { sequence: 13, hash })).toBe(false);
});
