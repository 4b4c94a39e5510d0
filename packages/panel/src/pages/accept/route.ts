import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { PendingGate } from "../../app/pending.tsx";
import { rootRoute } from "../../app/root-route.ts";

/** Where an invitation's link leads; its token is in the fragment. */
export const acceptRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/accept",
  loader: ({ context }) => context.languages.need("accept"),
  pendingComponent: PendingGate,
  component: lazyRouteComponent(() => import("./accept-page.tsx"), "AcceptPage"),
});
