import { expect, test } from "vitest";
import { postgresMajor } from "./find-postgres.mjs";

test.each([
  ["postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)", 15],
  ["postgres (PostgreSQL) 9.6.24", 9],
  ["postgres (PostgreSQL) 18beta1", 18],
  ["mysqld  Ver 8.0.36", Number.NaN],
])("the major version in %j is %d", (text, major) => {
  expect(postgresMajor(text)).toBe(major);
});
