import { createRoute, lazyRouteComponent, redirect } from "@tanstack/react-router";
import { shellRoute } from "../../app/shell-route.ts";

/** The settings begin with the organization. */
export const settingsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/settings",
  beforeLoad: () => {
    throw redirect({ to: "/settings/organization", replace: true });
  },
});

/** Name, language and what holds for invitations. */
export const organizationSettingsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/settings/organization",
  loader: ({ context: { languages } }) => languages.need("settings"),
  component: lazyRouteComponent(
    () => import("./organization/organization-page.tsx"),
    "OrganizationSettingsPage",
  ),
});
