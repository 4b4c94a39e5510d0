import { createRoute } from "@tanstack/react-router";
import { shellRoute } from "../../app/parent-routes.ts";
import { lazyPage } from "../../lib/load-module.ts";
import { parseAuditSearch } from "./audit-search.ts";

/** The audit log. Its filters are in the URL, so that a link shows the same events. */
export const auditRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/audit",
  validateSearch: parseAuditSearch,
  loader: ({ context }) =>
    Promise.all([context.languages.need("audit"), context.languages.need("words")]).then(() => undefined),
  component: lazyPage(() => import("./audit-page.tsx"), "AuditPage"),
});
