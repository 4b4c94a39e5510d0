import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { PendingAuthLayout } from "../../../app/pending.tsx";
import { rootRoute } from "../../../app/root-route.ts";

/** The page of an invitation link; the token is in the fragment. */
export const acceptRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/accept",
  loader: ({ context }) => context.languages.need("accept"),
  pendingComponent: PendingAuthLayout,
  component: lazyRouteComponent(() => import("./accept-page.tsx"), "AcceptPage"),
});
