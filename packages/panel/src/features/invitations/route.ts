import { createRoute } from "@tanstack/react-router";
import { rootRoute, shellRoute } from "../../app/parent-routes.ts";
import { PendingAuthLayout } from "../../app/route-fallbacks.tsx";
import { lazyPage } from "../../lib/load-module.ts";
import { readInvitationSearch } from "./list/invitation-search.ts";

/** Invitations by kind. Everything that shapes the list is in the address, so that a link shows the same list. */
export const invitationsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/invitations",
  validateSearch: readInvitationSearch,
  loader: ({ context: { languages } }) =>
    Promise.all([languages.need("invitations"), languages.need("words")]).then(() => undefined),
  component: lazyPage(() => import("./list/invitations-page.tsx"), "InvitationsPage"),
});

/** Inviting many people from a list. */
export const inviteManyRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/invitations/new",
  loader: ({ context: { languages } }) =>
    Promise.all([languages.need("invite-many"), languages.need("invite"), languages.need("words")]).then(
      () => undefined,
    ),
  component: lazyPage(() => import("./invite-many/invite-many-page.tsx"), "InviteManyPage"),
});

/** The page of an invitation link; the token is in the fragment. */
export const acceptRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/accept",
  loader: ({ context: { languages } }) =>
    Promise.all([languages.need("accept"), languages.need("new-password")]).then(() => undefined),
  pendingComponent: PendingAuthLayout,
  component: lazyPage(() => import("./accept/accept-page.tsx"), "AcceptPage"),
});
