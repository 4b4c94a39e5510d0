import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { shellRoute } from "../../../app/shell-route.ts";
import { readSearched } from "../../../lib/lists/paging.ts";

/** The list of roles. */
export const rolesRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/roles",
  validateSearch: ({ q }: Record<string, unknown>): { q?: string | undefined } => ({ q: readSearched(q) }),
  loader: ({ context: { languages } }) => languages.need("roles"),
  component: lazyRouteComponent(() => import("./roles-page.tsx"), "RolesPage"),
});
