import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { shellRoute } from "../../../app/shell-route.ts";
import { parseUserSearch } from "./user-search.ts";

/** The list of users. Its state is in the URL, so that a link shows the same list. */
export const usersRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/users",
  validateSearch: parseUserSearch,
  loader: ({ context }) => context.languages.need("users"),
  component: lazyRouteComponent(() => import("./users-page.tsx"), "UsersPage"),
});
