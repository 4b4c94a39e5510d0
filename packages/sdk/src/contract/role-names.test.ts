import { expect, test } from "vitest";
import { indexRoleNames } from "./role-names.ts";

const roles = indexRoleNames(
  ["Viewer", "Marketer", "Sales", "EMEA", "Sales, EMEA", "İzleyici"].map((name) => ({ id: name, name })),
);

test.each([
  ["VIEWER", ["Viewer"]],
  ["izleyici", ["İzleyici"]],
  ["Viewer, Marketer", ["Viewer", "Marketer"]],
  ["Viewer; Sales, EMEA", ["Viewer", "Sales, EMEA"]],
  ["Viewer|Marketer\nSales", ["Viewer", "Marketer", "Sales"]],
  ["Viewer,,Viewer,", ["Viewer"]],
])("%j are %j", (cell, roleIds) => {
  expect(roles.resolve(cell)).toEqual({ roleIds });
});

test("a cell that can be read in two ways is ambiguous, and an unknown name is named", () => {
  expect(roles.resolve("Viewer, Sales, EMEA")).toEqual({ ambiguous: "Viewer, Sales, EMEA" });
  expect(roles.resolve("Viewer; Boss")).toEqual({ unknown: "Boss" });
  expect(roles.resolve(",")).toEqual({ roleIds: [] });
});

test("a cell with 100,000 commas is rejected at once", () => {
  expect(roles.resolve("Viewer,".repeat(100_000))).toHaveProperty("unknown");
});
