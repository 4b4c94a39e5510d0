import { compileRoles, permissionSet } from "@gatehouse/access";
import { withOwnGroups } from "@gatehouse/access/catalogue";
import { exampleCatalogue } from "@gatehouse/access/example";
import { expect, test } from "vitest";
import { judge, judgeReplacement, readWishes, type Wish } from "./judge-invitations.ts";

const catalogue = withOwnGroups(exampleCatalogue);
const roles = compileRoles(catalogue, [
  { id: "viewer", name: "Viewer", permissions: ["campaigns:view"], isOwner: false },
  { id: "approver", name: "Approver", permissions: ["campaigns:approve", "campaigns:stop"], isOwner: false },
  { id: "owner", name: "Owner", permissions: [], isOwner: true },
]);
const manager = { permissions: permissionSet.fromNames(catalogue, ["users:invite", "campaigns:view"]) };
const known = { roles, people: new Map() };

function wish(fields: Partial<Wish> = {}): Wish {
  return { email: "elif@lodos.example", name: null, roleIds: ["viewer"], verdict: null, ...fields };
}

test("addresses are read one by one: canonical, invalid with a reason, repeated ones refused after the first", () => {
  const roleIds = ["viewer", "viewer"];
  const read = readWishes([
    { email: " Elif@Lodos.example", roleIds, name: "Elif" },
    { email: "elif lodos.example", roleIds },
    { email: "ELIF@LODOS.EXAMPLE", roleIds },
    { email: "elif+tag@lodos.example", roleIds },
  ]);

  expect(read.map(({ email, verdict }) => [email, verdict?.status, verdict?.code])).toEqual([
    ["elif@lodos.example", undefined, undefined],
    ["elif lodos.example", "invalid", "email/invalid"],
    ["elif@lodos.example", "refused", "invitations/duplicate"],
    ["elif+tag@lodos.example", undefined, undefined],
  ]);
  expect(read[0]).toMatchObject({ name: "Elif", roleIds: ["viewer"] });
});

test.each([
  ['"elif demirci"@lodos.example'],
  ["elif@lodos.example,can@lodos.example"],
  ["elif@lodos.example\r\nBcc: can@lodos.example"],
  [`${"a".repeat(64)}@${"b".repeat(63)}.${"c".repeat(63)}.${"d".repeat(63)}.example`],
  ["el\u202eif@lodos.example"],
])("%j is invalid and shown as it was typed", (email) => {
  expect(readWishes([{ email, roleIds: ["viewer"] }])).toMatchObject([
    { email, verdict: { status: "invalid" } },
  ]);
});

test("a wish within the ceiling for a stranger goes on", () => {
  expect(judge(manager, wish(), known).verdict).toBeNull();
});

test("a role above the actor is refused and the missing permissions are named", () => {
  const { verdict } = judge(manager, wish({ roleIds: ["viewer", "approver"] }), known);

  expect(verdict).toMatchObject({ status: "refused", code: "forbidden/grant-ceiling" });
  expect(verdict?.detail).toContain("The role Approver");
  expect(verdict?.detail).toContain("campaigns:approve");
});

test("a role that doesn't exist here is refused", () => {
  expect(judge(manager, wish({ roleIds: ["foreign"] }), known).verdict).toMatchObject({
    code: "roles/unknown",
  });
});

test("a user is told apart from somebody who merely has an account", () => {
  const person = { email: "elif@lodos.example", language: "tr" as const };
  const user = new Map([[person.email, { ...person, userName: "Elif Demirci" }]]);
  const stranger = new Map([[person.email, { ...person, userName: null }]]);

  expect(judge(manager, wish(), { roles, people: user }).verdict).toEqual({
    status: "already-user",
    code: "invitations/already-user",
    detail: "Elif Demirci is a user already. Change what they may do on their own page.",
  });
  expect(judge(manager, wish(), { roles, people: stranger }).verdict).toBeNull();
});

test("an earlier verdict stands", () => {
  const invalid = { status: "invalid", code: "email/invalid", detail: "No." } as const;

  expect(judge(manager, wish({ verdict: invalid, roleIds: ["foreign"] }), known).verdict).toBe(invalid);
});

test("an invitation that offers more than the actor holds isn't replaced by them", () => {
  expect(judgeReplacement(manager, ["viewer"], roles)).toBeNull();
  expect(judgeReplacement(manager, ["viewer", "owner"], roles)).toMatchObject({
    status: "refused",
    code: "forbidden/grant-ceiling",
    detail: expect.stringContaining("its role Owner"),
  });
});
