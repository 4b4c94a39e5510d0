import { expect, test } from "vitest";
import { rankRoles } from "./add-role.tsx";

const roles = [
  { name: "Campaign Approver", description: "Looks at campaigns before a viewer sees them" },
  { name: "Call Center", description: "Helps people on the phone" },
  { name: "Reviewer", description: "Reads" },
  { name: "Data Viewer", description: "Reads data" },
  { name: "Viewer", description: "Reads everything" },
];
const names = (query: string) => rankRoles(roles, query).map(({ name }) => name);

test("ranks matches at the start before words, substrings and descriptions", () => {
  expect(names("view")).toEqual(["Viewer", "Data Viewer", "Reviewer", "Campaign Approver"]);
});

test("ignores case and accents; an empty search keeps the order", () => {
  expect(names("CALL")).toEqual(["Call Center"]);
  expect(names(" ")).toEqual(roles.map(({ name }) => name));
  expect(names("xyz")).toEqual([]);
});
