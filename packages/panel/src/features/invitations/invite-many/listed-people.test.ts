import { indexRoleNames } from "@gatehouse/sdk/contract";
import { expect, test } from "vitest";
import { validatePeople } from "./listed-people.ts";

const roles = indexRoleNames([
  { id: "v", name: "Viewer" },
  { id: "i", name: "İzleyici" },
]);
const validate = (people: Parameters<typeof validatePeople>[0], usual: readonly string[] = ["v"]) =>
  validatePeople(people, roles, usual).map(({ email, roleIds, error }) => [email, roleIds, error]);

test("uses the roles of the row, ignoring case and accents, or the default roles", () => {
  expect(
    validate([
      { line: 1, text: "A@x.com" },
      { line: 2, text: "b@x.com", roles: ["VIEWER", "izleyici"] },
    ]),
  ).toEqual([
    ["a@x.com", ["v"], null],
    ["b@x.com", ["v", "i"], null],
  ]);
});

test("reports an invalid address, a duplicate, an unknown role and a missing role", () => {
  expect(
    validate(
      [
        { line: 1, text: "" },
        { line: 2, text: "foo" },
        { line: 3, text: "a@x.com", roles: ["Viewer"] },
        { line: 4, text: "A@X.com", roles: ["Viewer"] },
        { line: 5, text: "b@x.com", roles: ["Viewer", "Boss"] },
        { line: 6, text: "c@x.com" },
      ],
      [],
    ).map(([, , fault]) => fault),
  ).toEqual([
    { is: "address", fault: "empty" },
    { is: "address", fault: "no-at" },
    null,
    { is: "duplicate" },
    { is: "unknown-role", role: "Boss" },
    { is: "no-role" },
  ]);
});
