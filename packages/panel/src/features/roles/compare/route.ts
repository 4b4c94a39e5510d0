import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { shellRoute } from "../../../app/shell-route.ts";
import { parseComparedIds } from "./compared-ids.ts";

/** Two roles side by side; both are in the URL, so that a link shows the same comparison. */
export const rolesCompareRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/roles/compare",
  validateSearch: parseComparedIds,
  loader: ({ context }) => context.languages.need("roles"),
  component: lazyRouteComponent(() => import("./roles-compare-page.tsx"), "RolesComparePage"),
});
