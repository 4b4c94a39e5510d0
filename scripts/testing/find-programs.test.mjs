import { expect, test } from "vitest";
import { parsePostgresMajor } from "./find-programs.mjs";

test.each([
  ["postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)", 15],
  ["postgres (PostgreSQL) 9.6.24", 9],
  ["postgres (PostgreSQL) 18beta1", 18],
  ["mysqld  Ver 8.0.36", Number.NaN],
])("parses the major version in %j as %d", (text, major) => {
  expect(parsePostgresMajor(text)).toBe(major);
});
