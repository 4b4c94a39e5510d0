import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { shellRoute } from "../../app/parent-routes.ts";

/** The user's own account: name, password, sessions, language, theme, shortcuts. */
export const accountRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/account",
  loader: ({ context: { languages } }) =>
    Promise.all([languages.need("account"), languages.need("sessions")]),
  component: lazyRouteComponent(() => import("./account-page.tsx"), "AccountPage"),
});
