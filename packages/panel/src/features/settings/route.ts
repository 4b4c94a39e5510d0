import { createRoute, redirect } from "@tanstack/react-router";
import { shellRoute } from "../../app/parent-routes.ts";
import { lazyPage } from "../../lib/load-module.ts";

/** Redirects to the organization settings. */
export const settingsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/settings",
  beforeLoad: () => {
    throw redirect({ to: "/settings/organization", replace: true });
  },
});

/** The organization's name, language and invitation settings. */
export const organizationSettingsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/settings/organization",
  loader: ({ context: { languages } }) => languages.need("settings"),
  component: lazyPage(() => import("./organization/organization-page.tsx"), "OrganizationSettingsPage"),
});

/** The rules for sign-in and sessions. */
export const securitySettingsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/settings/security",
  loader: ({ context: { languages } }) => languages.need("settings"),
  component: lazyPage(() => import("./security/security-page.tsx"), "SecuritySettingsPage"),
});

/** The email settings. */
export const mailSettingsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/settings/mail",
  loader: ({ context: { languages } }) =>
    Promise.all([languages.need("settings"), languages.need("words")]).then(() => undefined),
  component: lazyPage(() => import("./mail/mail-page.tsx"), "MailPage"),
});

/** The API keys. */
export const apiKeysRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/settings/api-keys",
  loader: ({ context: { languages } }) =>
    Promise.all([languages.need("settings"), languages.need("words")]).then(() => undefined),
  component: lazyPage(() => import("./api-keys/api-keys-page.tsx"), "ApiKeysPage"),
});
