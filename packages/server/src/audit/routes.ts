import { exportAuditEvents, listAuditEvents } from "@gatehouse/sdk/contract";
import type { Deps } from "../deps.ts";
import type { Bind } from "../http/bind.ts";
import { exportAuditEvents as exportAll } from "./export-events.ts";
import { listAuditEvents as list } from "./list-events.ts";

const contentTypes = { ndjson: "application/x-ndjson; charset=utf-8", csv: "text/csv; charset=utf-8" };

/** Binds the audit log to its endpoints. */
export function registerAuditRoutes(bind: Bind, deps: Deps): void {
  bind(listAuditEvents, { permission: "audit:view" }, async ({ actor, query }) => ({
    body: await list(deps, actor, query),
  }));

  bind(exportAuditEvents, { permission: "audit:export" }, async ({ actor, query }) => {
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
