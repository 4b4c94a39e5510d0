import { exportAuditEvents, getAuditCheckpoint, listAuditEvents } from "@gatehouse/sdk/contract";
import { createCheckpoint } from "../../audit/checkpoint.ts";
import type { Deps } from "../../deps.ts";
import type { Route } from "../../http/route.ts";
import { exportAuditEvents as exportAll } from "./export-events.ts";
import { listAuditEvents as list } from "./list-events.ts";

const contentTypes = { ndjson: "application/x-ndjson; charset=utf-8", csv: "text/csv; charset=utf-8" };

/** Registers the endpoints of the audit log. */
export function registerAuditRoutes(route: Route, deps: Deps): void {
  route(listAuditEvents, { permission: "audit:view" }, async ({ actor, query }) => ({
    body: await list(deps, actor, query),
  }));

  route(getAuditCheckpoint, { permission: "audit:view" }, async ({ actor }) => ({
    body: await createCheckpoint(deps, actor.organizationId),
  }));

  route(exportAuditEvents, { permission: "audit:export" }, async ({ actor, query }) => {
    const format = query.format ?? "ndjson";
    return {
      stream: {
        contentType: contentTypes[format],
        filename: `audit-log.${format}`,
        chunks: await exportAll(deps, actor, { ...query, format }),
      },
    };
  });
}
