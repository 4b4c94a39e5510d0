import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { shellRoute } from "../../../app/shell-route.ts";

/** Inviting many people from a list. */
export const inviteManyRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/invitations/new",
  loader: ({ context: { languages } }) =>
    Promise.all([languages.need("invite-many"), languages.need("invite")]).then(() => undefined),
  component: lazyRouteComponent(() => import("./invite-many-page.tsx"), "InviteManyPage"),
});
