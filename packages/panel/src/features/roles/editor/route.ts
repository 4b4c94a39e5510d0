import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { shellRoute } from "../../../app/shell-route.ts";
import { isId } from "../../../lib/lists/paging.ts";

/** One role in the editor. */
export const roleRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/roles/$roleId",
  loader: ({ context: { languages } }) =>
    Promise.all([languages.need("role"), languages.need("roles"), languages.need("words")]),
  component: lazyRouteComponent(() => import("./role-page.tsx"), "RolePage"),
});

/** Creates a role; `from` is the role to copy. */
export const newRoleRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/roles/new",
  validateSearch: ({ from }: Record<string, unknown>): { from?: string | undefined } => ({
    from: isId(from) ? from : undefined,
  }),
  loader: ({ context: { languages } }) =>
    Promise.all([languages.need("role"), languages.need("roles"), languages.need("words")]),
  component: lazyRouteComponent(() => import("./new-role-page.tsx"), "NewRolePage"),
});
