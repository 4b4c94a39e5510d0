import { createRoute, createRouter, lazyRouteComponent } from "@tanstack/react-router";
import { acceptRoute } from "../pages/accept/route.ts";
import { accountRoute } from "../pages/account/route.ts";
import { auditRoute } from "../pages/audit/route.ts";
import { handOffRoute } from "../pages/hand-off/route.ts";
import { invitationsRoute } from "../pages/invitations/route.ts";
import { inviteManyRoute } from "../pages/invite-many/route.ts";
import { newRoleRoute, roleRoute } from "../pages/role/route.ts";
import { rolesRoute } from "../pages/roles/route.ts";
import { rolesCompareRoute } from "../pages/roles-compare/route.ts";
import {
  apiKeysRoute,
  mailSettingsRoute,
  organizationSettingsRoute,
  settingsRoute,
} from "../pages/settings/route.ts";
import { setupRoute } from "../pages/setup/route.ts";
import { signInRoute } from "../pages/sign-in/route.ts";
import { userRoute } from "../pages/user/route.ts";
import { usersRoute } from "../pages/users/route.ts";
import type { PanelContext } from "./context.ts";
import { PageError } from "./page-error.tsx";
import { rootRoute } from "./root-route.ts";
import { shellRoute } from "./shell-route.ts";

const startRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/",
  component: lazyRouteComponent(() => import("../pages/start/start-page.tsx"), "StartPage"),
});

const routeTree = rootRoute.addChildren([
  acceptRoute,
  handOffRoute,
  setupRoute,
  signInRoute,
  shellRoute.addChildren([
    startRoute,
    usersRoute,
    userRoute,
    invitationsRoute,
    inviteManyRoute,
    auditRoute,
    rolesRoute,
    newRoleRoute,
    rolesCompareRoute,
    roleRoute,
    settingsRoute,
    organizationSettingsRoute,
    mailSettingsRoute,
    apiKeysRoute,
    accountRoute,
  ]),
]);

/** The panel's pages by address. */
export function createPanelRouter(context: PanelContext) {
  return createRouter({
    routeTree,
    context,
    defaultPreload: "intent",
    defaultPendingMs: 300,
    defaultErrorComponent: PageError,
    scrollRestoration: true,
    // Filters are short words in the address, not JSON.
    parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
    stringifySearch,
  });
}

/** Writes search parameters as plain text and leaves out what is not set. */
function stringifySearch(search: Record<string, unknown>): string {
  const entries = Object.entries(search).filter(
    ([, value]) => value !== undefined && value !== null && value !== "",
  );
  const query = new URLSearchParams(entries.map(([key, value]) => [key, String(value)]));
  return query.size > 0 ? `?${query}` : "";
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof createPanelRouter>;
  }
}
