import { createRoute } from "@tanstack/react-router";
import { shellRoute } from "../../app/parent-routes.ts";
import { isId, readSearched } from "../../lib/lists/paging.ts";
import { lazyPage } from "../../lib/load-module.ts";

/** The list of roles. */
export const rolesRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/roles",
  validateSearch: ({ q }: Record<string, unknown>): { q?: string | undefined } => ({ q: readSearched(q) }),
  loader: ({ context: { languages } }) => languages.need("roles"),
  component: lazyPage(() => import("./list/roles-page.tsx"), "RolesPage"),
});

/** One role in the editor. */
export const roleRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/roles/$roleId",
  loader: ({ context: { languages } }) =>
    Promise.all([languages.need("role"), languages.need("roles"), languages.need("words")]),
  component: lazyPage(() => import("./editor/role-page.tsx"), "RolePage"),
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
  component: lazyPage(() => import("./editor/new-role-page.tsx"), "NewRolePage"),
});

/** Two roles side by side; both are in the URL, so that a link shows the same comparison. */
export const rolesCompareRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/roles/compare",
  validateSearch: parseComparedIds,
  loader: ({ context }) => context.languages.need("roles"),
  component: lazyPage(() => import("./compare/roles-compare-page.tsx"), "RolesComparePage"),
});

/** The ids of the two roles in the URL, each absent until chosen. */
interface ComparedIds {
  readonly a?: string | undefined;
  readonly b?: string | undefined;
}

/** Parses the URL's search parameters; invalid ids are dropped. */
export function parseComparedIds({ a, b }: Readonly<Record<string, unknown>>): ComparedIds {
  return { a: isId(a) ? a : undefined, b: isId(b) ? b : undefined };
}
