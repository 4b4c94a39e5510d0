import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { shellRoute } from "../../app/parent-routes.ts";
import { parseUserSearch } from "./list/user-search.ts";

/** The list of users. Its state is in the URL, so that a link shows the same list. */
export const usersRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/users",
  validateSearch: parseUserSearch,
  loader: ({ context }) => context.languages.need("users"),
  component: lazyRouteComponent(() => import("./list/users-page.tsx"), "UsersPage"),
});

const tabs = ["access", "profile", "sessions", "activity"] as const;

/** A tab of the page, kept in the URL. */
type UserTab = (typeof tabs)[number];

/** One user: access, profile, sessions, activity. */
export const userRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/users/$userId",
  validateSearch: (search: Record<string, unknown>): { tab?: UserTab | undefined } => ({
    tab: tabs.find((tab) => tab === search["tab"] && tab !== "access"),
  }),
  loader: ({ context: { languages } }) =>
    Promise.all([languages.need("user"), languages.need("words"), languages.need("sessions")]),
  component: lazyRouteComponent(() => import("./detail/user-page.tsx"), "UserPage"),
});
