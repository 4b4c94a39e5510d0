/** Fictional users and roles of the example's organization. */
import type { OwnPermission } from "@gatehouse/access/catalogue";
import type { Permission } from "../src/permissions.ts";

/** The password of all users. Public, because this is example data. */
export const password = "correct horse battery staple";

/** The organization's name. */
export const organization = "Lodos Retail";

/** Manages access in Gatehouse. */
export const owner = { name: "Olive Brandt", email: "owner@example.test" } as const;

interface RoleDefinition {
  readonly name: string;
  readonly description: string;
  readonly permissions: readonly (Permission | OwnPermission)[];
}

/** Roles besides the built-in Owner. */
export const roles = [
  {
    name: "Marketer",
    description: "Writes campaigns and segments and asks for approval",
    permissions: [
      "campaigns:create",
      "campaigns:edit",
      "campaigns:submit",
      "segments:create",
      "reports:view",
    ],
  },
  {
    name: "Campaign Approver",
    description: "Approves campaigns of others, or sends them back",
    permissions: ["campaigns:approve"],
  },
  {
    name: "Viewer",
    description: "Sees everything, changes nothing",
    permissions: ["campaigns:view", "segments:view", "reports:view"],
  },
] as const satisfies readonly RoleDefinition[];

type RoleName = (typeof roles)[number]["name"];

interface PersonDefinition {
  readonly name: string;
  readonly email: string;
  readonly roles: readonly RoleName[];
}

/** The invited users. Approvers are also viewers, so that they still see the pages when the second role is removed. */
export const people = [
  { name: "Mert Aydın", email: "marketer@example.test", roles: ["Marketer"] },
  { name: "Aylin Kaya", email: "approver@example.test", roles: ["Viewer", "Campaign Approver"] },
  { name: "Tom Okafor", email: "approver2@example.test", roles: ["Viewer", "Campaign Approver"] },
  { name: "Vera Lindqvist", email: "viewer@example.test", roles: ["Viewer"] },
] as const satisfies readonly PersonDefinition[];
