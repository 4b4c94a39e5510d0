import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { shellRoute } from "../../app/shell-route.ts";

/** The list of users. */
export const usersRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/users",
  loader: ({ context }) => context.languages.need("users"),
  component: lazyRouteComponent(() => import("./users-page.tsx"), "UsersPage"),
});
