import { defineConfig } from "@lingui/cli";
import { formatter } from "@lingui/format-po";

const sources = "<rootDir>/src";

/**
 * Which sources each catalogue is extracted from, below `src`. A catalogue is loaded by the route or component that
 * needs it: `languages.need("audit")`.
 */
const catalogues: Readonly<Record<string, readonly string[]>> = {
  accept: ["features/invitations/accept", "features/auth/links", "features/auth/new-password.tsx"],
  account: [
    "features/account",
    "features/auth/new-password.tsx",
    "features/settings/copy-field.tsx",
    "features/auth/passkeys",
  ],
  audit: ["features/audit"],
  "hand-off": ["features/auth/hand-off"],
  help: ["features/help"],
  imports: ["features/users/imports"],
  invitations: [
    "features/audit/target-events.tsx",
    "features/invitations/list",
    "features/invitations/bulk",
    "features/invitations/pending",
  ],
  invite: ["features/invitations/compose", "features/invitations/results"],
  "invite-many": ["features/invitations/invite-many"],
  /** What surrounds every page behind sign-in. */
  navigation: [
    "app/shell",
    "app/not-found-page.tsx",
    "features/auth/reauthenticate-dialog.tsx",
    "features/**/problem-texts.ts",
    "lib/access/problem-texts.ts",
  ],
  "organization-rules": ["features/organization-rules/rules-*.tsx"],
  palette: ["features/search"],
  "new-password": ["features/auth/new-password"],
  permissions: ["features/users/permission-holders"],
  role: ["features/roles/editor", "lib/edit-conflict.tsx"],
  recovery: ["features/auth/recovery", "features/auth/links", "features/auth/new-password.tsx"],
  roles: [
    "features/roles/*.{ts,tsx}",
    "features/roles/list",
    "features/roles/compare",
    "features/roles/delete",
  ],
  passkeys: ["features/auth/passkeys"],
  "second-factor": ["features/auth/second-factor", "features/auth/passkeys"],
  sessions: ["features/auth/sessions"],
  settings: ["features/settings", "lib/edit-conflict.tsx"],
  setup: ["features/auth/setup", "features/auth/new-password.tsx"],
  "sign-in": ["features/auth/sign-in"],
  user: [
    "features/audit/target-events.tsx",
    "features/users/detail",
    "features/settings/copy-field.tsx",
    "lib/edit-conflict.tsx",
  ],
  start: ["app/membership-overview.tsx", "app/welcome-page.tsx"],
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
      exclude: [
        "lib/labels/**",
        "lib/edit-conflict.tsx",
        "app/shell/**",
        "app/not-found-page.tsx",
        "features/auth/new-password.tsx",
        "features/auth/reauthenticate-dialog.tsx",
        "app/membership-overview.tsx",
        "app/welcome-page.tsx",
        "lib/access/problem-texts.ts",
        "features/**/problem-texts.ts",
      ].map((pattern) => `${sources}/${pattern}`),
    },
    ...Object.entries(catalogues).map(([name, patterns]) => ({
      path: `<rootDir>/src/messages/{locale}/${name}`,
      include: patterns.map((pattern) => `${sources}/${pattern}`),
      exclude: name === "navigation" ? [] : [`${sources}/features/**/problem-texts.ts`],
    })),
  ],
});
