import { createRoute, createRouter } from "@tanstack/react-router";
import { accountRoute } from "../features/account/route.ts";
import { auditRoute } from "../features/audit/route.ts";
import {
  confirmEmailRoute,
  forgotPasswordRoute,
  resetRoute,
  secureAccountRoute,
  undoEmailRoute,
} from "../features/auth/recovery/route.ts";
import { handOffRoute, setupRoute, signInRoute } from "../features/auth/route.ts";
import { acceptRoute, invitationsRoute, inviteManyRoute } from "../features/invitations/route.ts";
import { newRoleRoute, roleRoute, rolesCompareRoute, rolesRoute } from "../features/roles/route.ts";
import {
  apiKeysRoute,
  mailSettingsRoute,
  organizationSettingsRoute,
  securitySettingsRoute,
  settingsRoute,
} from "../features/settings/route.ts";
import {
  bulkChangesRoute,
  importRoute,
  importsRoute,
  userRoute,
  usersRoute,
  whoCanRoute,
} from "../features/users/route.ts";
import { basePath } from "../lib/base-path.ts";
import { lazyPage } from "../lib/load-module.ts";
import type { PanelContext } from "./context.ts";
import { rootRoute, shellRoute } from "./parent-routes.ts";
import { PageError } from "./route-fallbacks.tsx";

const startRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/",
  loader: ({ context }) => context.languages.need("start"),
  component: lazyPage(() => import("./start-page.tsx"), "StartPage"),
});

/** Every other path; people who are not signed in sign in first. */
const unknownRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "$",
  component: lazyPage(() => import("./not-found-page.tsx"), "NotFoundPage"),
});

/** Where people arrive after they have joined. */
const welcomeRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/welcome",
  loader: ({ context }) => context.languages.need("start"),
  component: lazyPage(() => import("./welcome-page.tsx"), "WelcomePage"),
});

const routeTree = rootRoute.addChildren([
  acceptRoute,
  confirmEmailRoute,
  forgotPasswordRoute,
  handOffRoute,
  resetRoute,
  secureAccountRoute,
  undoEmailRoute,
  setupRoute,
  signInRoute,
  shellRoute.addChildren([
    startRoute,
    unknownRoute,
    welcomeRoute,
    usersRoute,
    bulkChangesRoute,
    importsRoute,
    importRoute,
    userRoute,
    whoCanRoute,
    invitationsRoute,
    inviteManyRoute,
    auditRoute,
    rolesRoute,
    newRoleRoute,
    rolesCompareRoute,
    roleRoute,
    settingsRoute,
    organizationSettingsRoute,
    securitySettingsRoute,
    mailSettingsRoute,
    apiKeysRoute,
    accountRoute,
  ]),
]);

/** Creates the router. */
export function createPanelRouter(context: PanelContext) {
  return createRouter({
    routeTree,
    basepath: basePath,
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
