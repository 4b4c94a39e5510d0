import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { shellRoute } from "../../app/shell-route.ts";
import { readListSearch } from "./list/list-search.ts";

/** The list of users. Everything that shapes the list is in the address, so that a link shows the same list. */
export const usersRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/users",
  validateSearch: readListSearch,
  loader: ({ context }) => context.languages.need("users"),
  component: lazyRouteComponent(() => import("./users-page.tsx"), "UsersPage"),
});
