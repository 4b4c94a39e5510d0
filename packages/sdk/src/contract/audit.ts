/** The audit log: what happened, who did it, what it changed. */
import * as z from "zod/mini";
import {
  actorReference,
  endpoint,
  id,
  inOrganization,
  instant,
  instantInput,
  listOf,
  page,
  searchText,
} from "./common.ts";

/** One immutable record. `hash` covers the record and the hash of the one before. */
export const auditEvent = z.strictObject({
  id,
  sequence: z.number(),
  at: instant,
  actor: actorReference,
  action: z.string(),
  target: z.strictObject({ type: z.string(), id: z.nullable(z.string()), name: z.string() }),
  changes: z.array(z.strictObject({ field: z.string(), before: z.unknown(), after: z.unknown() })),
  ip: z.nullable(z.string()),
  userAgent: z.nullable(z.string()),
  hash: z.string(),
});

/** Filters: ids of actor and target, an action or its prefix (`users.`), a span of time. */
const filters = {
  actor: z.optional(searchText),
  action: z.optional(searchText),
  target: z.optional(searchText),
  from: z.optional(instantInput),
  to: z.optional(instantInput),
};

export const listAuditEvents = endpoint({
  method: "GET",
  path: "/organizations/:organizationId/audit-events",
  operationId: "listAuditEvents",
  tag: "Audit",
  summary: "What happened, newest first",
  params: inOrganization,
  query: z.strictObject({ ...filters, ...page }),
  success: { status: 200, body: listOf(auditEvent) },
  compressed: true,
});

export const exportAuditEvents = endpoint({
  method: "GET",
  path: "/organizations/:organizationId/audit-events/export",
  operationId: "exportAuditEvents",
  tag: "Audit",
  summary: "The log as NDJSON or CSV",
  params: inOrganization,
  query: z.strictObject({ ...filters, format: z.optional(z.enum(["ndjson", "csv"])) }),
  success: { status: 200, body: null, media: ["application/x-ndjson", "text/csv"] },
});

/** One immutable record. */
export type AuditEvent = z.infer<typeof auditEvent>;
