import { defineConfig } from "@lingui/cli";
import { formatter } from "@lingui/format-po";

const sources = "<rootDir>/src";

/**
 * Which sources each catalogue is extracted from, below `src`. A catalogue is loaded by the route or component that
 * needs it: `languages.need("audit")`.
 */
const catalogues: Readonly<Record<string, readonly string[]>> = {
  accept: ["features/invitations/accept"],
  account: ["features/account"],
  audit: ["features/audit"],
  "hand-off": ["features/auth/hand-off"],
  help: ["features/help"],
  invitations: ["features/invitations/list", "features/invitations/bulk", "features/invitations/pending"],
  invite: ["features/invitations/compose", "features/invitations/results"],
  "invite-many": ["features/invitations/invite-many"],
  palette: ["features/search"],
  permissions: ["features/users/permission-holders"],
  role: ["features/roles/editor"],
  roles: [
    "features/roles/*.{ts,tsx}",
    "features/roles/list",
    "features/roles/compare",
    "features/roles/delete",
  ],
  sessions: ["features/auth/sessions"],
  settings: ["features/settings"],
  setup: ["features/auth/setup"],
  "sign-in": ["features/auth/sign-in"],
  user: ["features/users/detail"],
  "user-jobs": ["features/users/bulk/jobs"],
  users: ["features/users/list", "features/users/bulk/*.{ts,tsx}"],
  /** Names of permissions, events and fields. */
  words: ["lib/labels"],
};

export default defineConfig({
  sourceLocale: "en",
  locales: ["en", "tr"],
  fallbackLocales: false,
  format: formatter({ lineNumbers: false }),
  orderBy: "message",
  catalogs: [
    // Loaded with every page.
    {
      path: "<rootDir>/src/messages/{locale}/shell",
      include: ["app", "ui", "lib", "features/{auth,invitations,users}/*.{ts,tsx}"].map(
        (pattern) => `${sources}/${pattern}`,
      ),
      exclude: [`${sources}/lib/labels/**`],
    },
    ...Object.entries(catalogues).map(([name, patterns]) => ({
      path: `<rootDir>/src/messages/{locale}/${name}`,
      include: patterns.map((pattern) => `${sources}/${pattern}`),
    })),
  ],
});
