import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { isId } from "../../app/lists/ids.ts";
import { shellRoute } from "../../app/shell-route.ts";

/** One role in the editor. */
export const roleRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/roles/$roleId",
  loader: ({ context: { languages } }) =>
    Promise.all([languages.need("role"), languages.need("roles"), languages.need("words")]),
  component: lazyRouteComponent(() => import("./role-page.tsx"), "RolePage"),
});

/** A role that isn't there yet; `from` is the role that it begins as a copy of. */
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
