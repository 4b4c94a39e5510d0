/** The screens of a team lead, who manages users and roles within few permissions of their own. */
import { chooseLastMenuItem, openRowMenu, press, topDialog } from "./actions.ts";
import type { Screen } from "./screen.ts";

/** The permissions of the role Team Lead. */
export const teamLeadPermissions = [
  "users:view",
  "users:edit",
  "users:invite",
  "roles:view",
  "roles:create",
  "roles:edit",
  "roles:delete",
  "roles:assign",
  "invitations:view",
  "campaigns:view",
  "campaigns:edit",
  "segments:view",
] as const;

/** A role with fewer permissions than Team Lead, so a team lead may delete it. */
export const lesserRole = "Campaign Viewer";

/** The screens of the team lead. */
export const teamLeadScreens: readonly Screen[] = [
  { name: "lead-users", path: "/users" },
  { name: "lead-user", path: ({ user }) => `/users/${user}` },
  {
    name: "lead-invite",
    path: "/users",
    async prepare(page) {
      await press(page, "i");
      await topDialog(page).getByRole("checkbox").first().waitFor();
    },
  },
  { name: "lead-roles", path: "/roles" },
  { name: "lead-role", path: ({ marketer }) => `/roles/${marketer}` },
  { name: "lead-role-new", path: "/roles/new" },
  {
    name: "lead-role-delete",
    path: "/roles",
    async prepare(page) {
      await openRowMenu(page, lesserRole);
      await chooseLastMenuItem(page);
    },
  },
  { name: "lead-audit", path: "/audit" },
  { name: "lead-settings", path: "/settings/organization" },
  { name: "lead-account", path: "/account" },
];
