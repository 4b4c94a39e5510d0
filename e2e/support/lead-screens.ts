/** The screens of somebody who leads a team: may manage users and roles, up to the few things they may do themselves. */
import { chooseLast, dialog, openMenu, press } from "./acts.ts";
import type { Screen } from "./screen.ts";

/** What the role of a team's lead gives. */
export const leadPermissions = [
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

/** Whoever is signed in as the lead of a team. */
export const leadScreens: readonly Screen[] = [
  { name: "lead-users", path: "/users" },
  { name: "lead-user", path: ({ user }) => `/users/${user}` },
  {
    name: "lead-invite",
    path: "/users",
    async act(page) {
      await press(page, "i");
      await dialog(page).getByRole("checkbox").first().waitFor();
    },
  },
  { name: "lead-roles", path: "/roles" },
  { name: "lead-role", path: ({ marketer }) => `/roles/${marketer}` },
  { name: "lead-role-new", path: "/roles/new" },
  {
    name: "lead-role-delete",
    path: "/roles",
    async act(page) {
      await openMenu(page, 1);
      await chooseLast(page);
    },
  },
  { name: "lead-audit", path: "/audit" },
  { name: "lead-settings", path: "/settings/organization" },
  { name: "lead-account", path: "/account" },
];
