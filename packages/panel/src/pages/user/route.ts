import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { shellRoute } from "../../app/shell-route.ts";

/** One user: access, profile. */
export const userRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/users/$userId",
  loader: ({ context }) => context.languages.need("user"),
  component: lazyRouteComponent(() => import("./user-page.tsx"), "UserPage"),
});
