import type { RoleView } from "@gatehouse/sdk/contract";
import { expect, test } from "vitest";
import { judgePeople } from "./judge-people.ts";

const role = (id: string, name: string): RoleView => ({ id, name }) as RoleView;
const roles = [role("v", "Viewer"), role("i", "İzleyici")];
const judge = (people: Parameters<typeof judgePeople>[0], usual: readonly string[] = ["v"]) =>
  judgePeople(people, roles, usual).map(({ email, roleIds, fault }) => [email, roleIds, fault]);

test("people get the roles of their row, whatever their case and accents, and otherwise the usual ones", () => {
  expect(
    judge([
      { line: 1, text: "A@x.com" },
      { line: 2, text: "b@x.com", roles: ["VIEWER", "izleyici"] },
    ]),
  ).toEqual([
    ["a@x.com", ["v"], null],
    ["b@x.com", ["v", "i"], null],
  ]);
});

test("what is wrong is named: no address, a second time, an unknown role, no role", () => {
  expect(
    judge(
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
