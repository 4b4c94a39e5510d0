import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { shellRoute } from "../../app/shell-route.ts";
import { readAuditSearch } from "./audit-search.ts";

/** The audit log. Its filters are in the address, so that a link shows the same events. */
export const auditRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/audit",
  validateSearch: readAuditSearch,
  loader: ({ context }) =>
    Promise.all([context.languages.need("audit"), context.languages.need("words")]).then(() => undefined),
  component: lazyRouteComponent(() => import("./audit-page.tsx"), "AuditPage"),
});
