import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { PendingGate } from "../../app/pending.tsx";
import { rootRoute } from "../../app/root-route.ts";

/** First run: the one-time link that the server printed leads here, its token in the fragment. */
export const setupRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/setup",
  loader: ({ context }) => context.languages.need("setup"),
  pendingComponent: PendingGate,
  component: lazyRouteComponent(() => import("./setup-page.tsx"), "SetupPage"),
});
