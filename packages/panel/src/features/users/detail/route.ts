import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { shellRoute } from "../../../app/shell-route.ts";

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
  component: lazyRouteComponent(() => import("./user-page.tsx"), "UserPage"),
});
