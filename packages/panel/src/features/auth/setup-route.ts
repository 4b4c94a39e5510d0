import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { PendingAuthLayout } from "../../../app/pending.tsx";
import { rootRoute } from "../../../app/root-route.ts";

/** First run: the page of the one-time set-up link that the server prints; the token is in the fragment. */
export const setupRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/setup",
  loader: ({ context }) => context.languages.need("setup"),
  pendingComponent: PendingAuthLayout,
  component: lazyRouteComponent(() => import("./setup-page.tsx"), "SetupPage"),
});
