import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { shellRoute } from "../../../app/shell-route.ts";
import { readInvitationSearch } from "./invitation-search.ts";

/** Invitations by kind. Everything that shapes the list is in the address, so that a link shows the same list. */
export const invitationsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/invitations",
  validateSearch: readInvitationSearch,
  loader: ({ context }) => context.languages.need("invitations"),
  component: lazyRouteComponent(() => import("./invitations-page.tsx"), "InvitationsPage"),
});
