import { expect, test } from "vitest";
import { searchRoles, sortAllowedFirst, sortRoles } from "./role-order.ts";

const roles = [
  { name: "Campaign Approver", description: "Looks at campaigns before a viewer sees them" },
  { name: "Call Center", description: "Helps people on the phone" },
  { name: "Reviewer", description: "Reads" },
  { name: "Data Viewer", description: "Reads data" },
  { name: "Viewer", description: "Reads everything" },
].map((role) => ({ ...role, defaultName: role.name }));
const names = (query: string) => searchRoles(roles, query).map(({ name }) => name);

test("ranks matches at the start before words, substrings and descriptions", () => {
  expect(names("view")).toEqual(["Viewer", "Data Viewer", "Reviewer", "Campaign Approver"]);
});

test("ignores case and accents; an empty search keeps the order", () => {
  expect(names("CALL")).toEqual(["Call Center"]);
  expect(names(" ")).toEqual(roles.map(({ name }) => name));
  expect(names("xyz")).toEqual([]);
});

test("finds a role by its default name, too", () => {
  const translated = [
    { name: "Pazarlamacı", defaultName: "Marketer", description: "" },
    { name: "İzleyici", defaultName: "Viewer", description: "" },
  ];
  const find = (query: string) => searchRoles(translated, query).map(({ name }) => name);
  expect(find("mark")).toEqual(["Pazarlamacı"]);
  expect(find("izle")).toEqual(["İzleyici"]);
});

test("the built-in role is last, and choices that can't be made are after all others", () => {
  const listed = ["Owner", "Call Center", "Viewer"].map((name) => ({ name, system: name === "Owner" }));
  const sorted = sortRoles(listed).map(({ name }) => name);
  expect(sorted).toEqual(["Call Center", "Viewer", "Owner"]);
  expect(sortAllowedFirst(sorted, (name) => name !== "Call Center")).toEqual([
    "Viewer",
    "Owner",
    "Call Center",
  ]);
});
