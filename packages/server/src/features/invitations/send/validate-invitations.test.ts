import { compileRoles, permissionSet } from "@gatehouse/access";
import { withOwnGroups } from "@gatehouse/access/catalogue";
import { exampleCatalogue } from "@gatehouse/access/example";
import { parseEmail } from "@gatehouse/sdk/contract";
import { expect, test } from "vitest";
import {
  describeEmailFault,
  type InvitationContext,
  type InvitationRequest,
  parseRequests,
  validateInvitations,
  validateReplacement,
} from "./validate-invitations.ts";

const catalogue = withOwnGroups(exampleCatalogue);
const roles = compileRoles(catalogue, [
  { id: "viewer", name: "Viewer", permissions: ["campaigns:view"], isOwner: false },
  { id: "approver", name: "Approver", permissions: ["campaigns:approve", "campaigns:stop"], isOwner: false },
  { id: "owner", name: "Owner", permissions: [], isOwner: true },
]);
const endless = (id: string) => ({ id, expiresAt: null, forDays: null });
const manager = {
  permissionEnds: new Map<string, Date>(),
  permissions: permissionSet.fromNames(catalogue, ["users:invite", "campaigns:view"]),
};
const joinedBefore = new Date("2026-03-09T09:00:00Z");
const settings = { allowedEmailDomains: [], invitationExpiresInDays: 7, language: "en" } as const;
const context: InvitationContext = { settings, roles, users: new Map(), externalIds: new Map() };

function request(fields: Partial<InvitationRequest> = {}): InvitationRequest {
  return {
    email: "elif@lodos.example",
    name: null,
    externalId: null,
    roles: [endless("viewer")],
    rejection: null,
    ...fields,
  };
}

function validate(one: InvitationRequest, users: InvitationContext["users"] = new Map()) {
  return validateInvitations(manager, [one], { ...context, users }, joinedBefore)[0]?.rejection;
}

test("parses addresses to canonical ones, and rejects invalid ones and duplicates", () => {
  const roleIds = ["viewer", "viewer"];
  const requests = parseRequests([
    { email: " Elif@Lodos.example", roleIds, name: "Elif" },
    { email: "elif lodos.example", roleIds },
    { email: "ELIF@LODOS.EXAMPLE", roleIds },
    { email: "elif+tag@lodos.example", roleIds },
  ]);

  expect(requests.map(({ email, rejection }) => [email, rejection?.status, rejection?.code])).toEqual([
    ["elif@lodos.example", undefined, undefined],
    ["elif lodos.example", "invalid", "email/invalid"],
    ["elif@lodos.example", "refused", "invitations/duplicate"],
    ["elif+tag@lodos.example", undefined, undefined],
  ]);
  expect(requests[0]).toMatchObject({ name: "Elif", roles: [endless("viewer")] });
});

test.each([
  ['"elif demirci"@lodos.example'],
  ["elif@lodos.example,can@lodos.example"],
  ["elif@lodos.example\r\nBcc: can@lodos.example"],
  [`${"a".repeat(64)}@${"b".repeat(63)}.${"c".repeat(63)}.${"d".repeat(63)}.example`],
  ["el\u202eif@lodos.example"],
])("rejects %j and returns it as it was typed", (email) => {
  expect(parseRequests([{ email, roleIds: ["viewer"] }])).toMatchObject([
    { email, rejection: { status: "invalid" } },
  ]);
});

test("accepts a request within the permissions of the actor", () => {
  expect(validate(request())).toBeNull();
});

test("rejects a role that exceeds the actor's permissions, and names the missing ones", () => {
  const rejection = validate(request({ roles: [endless("viewer"), endless("approver")] }));

  expect(rejection).toMatchObject({ status: "refused", code: "forbidden/grant-ceiling" });
  expect(rejection?.detail).toContain("The role Approver");
  expect(rejection?.detail).toContain("campaigns:approve");
});

test("rejects an unknown role", () => {
  expect(validate(request({ roles: [endless("foreign")] }))).toMatchObject({
    code: "roles/unknown",
  });
});

test("rejects a user of the organization, but not an address without a user", () => {
  const users = new Map([["elif@lodos.example", { id: "elif", name: "Elif Demirci" }]]);

  expect(validate(request(), users)).toEqual({
    status: "already-user",
    code: "invitations/already-user",
    detail: "Elif Demirci is a user already. Change what they may do on their own page.",
    userId: "elif",
  });
  expect(validate(request())).toBeNull();
});

test("keeps an earlier rejection", () => {
  const invalid = { status: "invalid", code: "email/invalid", detail: "No." } as const;

  expect(validate(request({ rejection: invalid, roles: [endless("foreign")] }))).toBe(invalid);
});

test("rejects replacing an invitation whose roles exceed the actor's permissions", () => {
  expect(validateReplacement(manager, ["viewer"], roles)).toBeNull();
  expect(validateReplacement(manager, ["viewer", "owner"], roles)).toMatchObject({
    status: "refused",
    code: "forbidden/grant-ceiling",
    detail: expect.stringContaining("its role Owner"),
  });
});

test.each([
  ["", "Write an address"],
  ["a@b.example, c@d.example", "one address"],
  ['"quoted"@b.example', "quotation marks"],
  [`${"x".repeat(300)}@b.example`, "254 characters"],
  ["name@company", "incomplete"],
  ["name", "missing beside the @"],
  ["na(me)@company.example", "character"],
  ["na\u200Bme@company.example", "character (U+200B)"],
])("explains why %j is not a valid address", (text, expected) => {
  const result = parseEmail(text);

  expect(result.ok).toBe(false);
  if (!result.ok) expect(describeEmailFault(result.fault, text)).toContain(expected);
});
