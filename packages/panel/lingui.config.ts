import { defineConfig } from "@lingui/cli";
import { formatter } from "@lingui/format-po";

/**
 * One catalogue for what every page needs, one for the words of the product, and one for each page, loaded with it. The
 * pages of several roles share theirs, with what pages about roles have in common.
 */
const rolesPages = ["app/roles", "pages/roles", "pages/roles-compare"];
const pages = [
  "accept",
  "account",
  "audit",
  "hand-off",
  "invitations",
  "invite-many",
  "role",
  "settings",
  "setup",
  "sign-in",
  "user",
  "users",
];

export default defineConfig({
  sourceLocale: "en",
  locales: ["en", "tr"],
  fallbackLocales: false,
  format: formatter({ lineNumbers: false }),
  orderBy: "message",
  catalogs: [
    {
      path: "<rootDir>/src/messages/{locale}/shell",
      include: ["app", "ui", "pages/no-access", "pages/not-found", "pages/start"].map(
        (folder) => `<rootDir>/src/${folder}`,
      ),
      exclude: ["words", "help", "invite", "palette", "permissions", "roles", "sessions", "user-jobs"].map(
        (folder) => `<rootDir>/src/app/${folder}/**`,
      ),
    },
    {
      path: "<rootDir>/src/messages/{locale}/roles",
      include: rolesPages.map((folder) => `<rootDir>/src/${folder}`),
    },
    // What the product's own things are called: needed by some pages, too much for all of them.
    { path: "<rootDir>/src/messages/{locale}/words", include: ["<rootDir>/src/app/words"] },
    // The invitation's dialog: opened from every page.
    { path: "<rootDir>/src/messages/{locale}/invite", include: ["<rootDir>/src/app/invite"] },
    // Who holds a permission: asked on several pages, loaded when it is.
    {
      path: "<rootDir>/src/messages/{locale}/permissions",
      include: ["<rootDir>/src/app/permissions"],
    },
    // Where somebody is signed in, on the page of a user and on one's own.
    { path: "<rootDir>/src/messages/{locale}/sessions", include: ["<rootDir>/src/app/sessions"] },
    // Changes of many users: followed from every page, once somebody starts one.
    { path: "<rootDir>/src/messages/{locale}/user-jobs", include: ["<rootDir>/src/app/user-jobs"] },
    // What lies over any page when it is asked for.
    { path: "<rootDir>/src/messages/{locale}/help", include: ["<rootDir>/src/app/help"] },
    { path: "<rootDir>/src/messages/{locale}/palette", include: ["<rootDir>/src/app/palette"] },
    ...pages.map((page) => ({
      path: `<rootDir>/src/messages/{locale}/${page}`,
      include: [`<rootDir>/src/pages/${page}`],
    })),
  ],
});
