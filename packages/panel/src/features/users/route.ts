import { createRoute } from "@tanstack/react-router";
import { shellRoute } from "../../app/parent-routes.ts";
import { isText, readSearched } from "../../lib/lists/paging.ts";
import { lazyPage } from "../../lib/load-module.ts";
import { parseUserSearch } from "./list/user-search.ts";

/** The list of users. Its state is in the URL, so that a link shows the same list. */
export const usersRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/users",
  validateSearch: parseUserSearch,
  loader: ({ context: { languages } }) =>
    Promise.all([languages.need("users"), languages.need("invitations")]),
  component: lazyPage(() => import("./list/users-page.tsx"), "UsersPage"),
});

/** Who has a permission. Permission and search are in the URL. */
export const whoCanRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/who-can",
  validateSearch: parseWhoCanSearch,
  loader: ({ context: { languages } }) =>
    Promise.all([languages.need("permissions"), languages.need("words")]),
  component: lazyPage(() => import("./permission-holders/who-can-page.tsx"), "WhoCanPage"),
});

/** The bulk changes of users, with Undo. */
export const bulkChangesRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/users/changes",
  loader: ({ context: { languages } }) => languages.need("user-jobs"),
  component: lazyPage(() => import("./bulk/jobs/bulk-changes-page.tsx"), "BulkChangesPage"),
});

/** The upload of a file, and the imports of the last 30 days. */
export const importsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/users/imports",
  loader: ({ context: { languages } }) => languages.need("imports"),
  component: lazyPage(() => import("./imports/imports-page.tsx"), "ImportsPage"),
});

/** One import: columns, check, progress, result and undo. */
export const importRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/users/imports/$importId",
  loader: ({ context: { languages } }) => languages.need("imports"),
  component: lazyPage(() => import("./imports/import-page.tsx"), "ImportPage"),
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
  component: lazyPage(() => import("./detail/user-page.tsx"), "UserPage"),
});

/** Search parameters of the page "Who can…". */
interface WhoCanSearch {
  readonly permission?: string | undefined;
  /** Filters the users. */
  readonly q?: string | undefined;
}

/** Parses the URL's search parameters; invalid ones are dropped. */
function parseWhoCanSearch({ permission, q }: Readonly<Record<string, unknown>>): WhoCanSearch {
  return {
    permission: isText(permission) && permission.length <= 200 ? permission : undefined,
    q: readSearched(q),
  };
}
