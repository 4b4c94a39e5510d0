import { createRoute } from "@tanstack/react-router";
import { shellRoute } from "../../app/parent-routes.ts";
import { lazyPage } from "../../lib/load-module.ts";

/** The user's own account: name, password, sessions, language, theme, shortcuts. */
export const accountRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/account",
  loader: ({ context: { languages } }) =>
    Promise.all([languages.need("account"), languages.need("new-password"), languages.need("sessions")]),
  component: lazyPage(() => import("./account-page.tsx"), "AccountPage"),
});
