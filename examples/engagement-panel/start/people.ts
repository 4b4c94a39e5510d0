/** Who works in the example's organization, and as what. All of them are invented. */
import type { OwnPermission } from "@gatehouse/access/catalogue";
import type { Permission } from "../src/permissions.ts";

/** Signs everybody in. Published, because there is nothing to protect. */
export const password = "correct horse battery staple";

/** The organization. */
export const organization = "Lodos Retail";

/** Manages access in Gatehouse. */
export const owner = { name: "Olive Brandt", email: "owner@example.test" } as const;

interface RoleToMake {
  readonly name: string;
  readonly description: string;
  readonly permissions: readonly (Permission | OwnPermission)[];
}

/** Roles beside Gatehouse's own Owner. */
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
] as const satisfies readonly RoleToMake[];

type RoleName = (typeof roles)[number]["name"];

interface PersonToMake {
  readonly name: string;
  readonly email: string;
  readonly roles: readonly RoleName[];
}

/** Who is invited. An approver can look around without the second role too, which is the one to take away. */
export const people = [
  { name: "Mert Aydın", email: "marketer@example.test", roles: ["Marketer"] },
  { name: "Aylin Kaya", email: "approver@example.test", roles: ["Viewer", "Campaign Approver"] },
  { name: "Tom Okafor", email: "approver2@example.test", roles: ["Viewer", "Campaign Approver"] },
  { name: "Vera Lindqvist", email: "viewer@example.test", roles: ["Viewer"] },
] as const satisfies readonly PersonToMake[];
