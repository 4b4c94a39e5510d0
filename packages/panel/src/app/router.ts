import { createRoute, createRouter, lazyRouteComponent } from "@tanstack/react-router";
import { accountRoute } from "../features/account/route.ts";
import { auditRoute } from "../features/audit/route.ts";
import { handOffRoute } from "../features/auth/hand-off/route.ts";
import { setupRoute } from "../features/auth/setup/route.ts";
import { signInRoute } from "../features/auth/sign-in/route.ts";
import { acceptRoute } from "../features/invitations/accept/route.ts";
import { inviteManyRoute } from "../features/invitations/invite-many/route.ts";
import { invitationsRoute } from "../features/invitations/list/route.ts";
import { rolesCompareRoute } from "../features/roles/compare/route.ts";
import { newRoleRoute, roleRoute } from "../features/roles/editor/route.ts";
import { rolesRoute } from "../features/roles/list/route.ts";
import {
  apiKeysRoute,
  mailSettingsRoute,
  organizationSettingsRoute,
  settingsRoute,
} from "../features/settings/route.ts";
import { userRoute } from "../features/users/detail/route.ts";
import { usersRoute } from "../features/users/list/route.ts";
import type { PanelContext } from "./context.ts";
import { PageError } from "./error-pages.tsx";
import { rootRoute } from "./root-route.ts";
import { shellRoute } from "./shell-route.ts";

const startRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/",
  component: lazyRouteComponent(() => import("./start-page.tsx"), "StartPage"),
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

/** Creates the router. */
export function createPanelRouter(context: PanelContext) {
  return createRouter({
    routeTree,
    context,
    defaultPreload: "intent",
    defaultPendingMs: 300,
    defaultErrorComponent: PageError,
    scrollRestoration: true,
    // Filters are plain text in the URL, not JSON.
    parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
    stringifySearch,
  });
}

/** Serializes search parameters as plain text, without the empty ones. */
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
