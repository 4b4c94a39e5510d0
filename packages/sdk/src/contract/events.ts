/** Server-sent events about an organization's changes, for open pages. */
import * as z from "zod/mini";
import { endpoint, eventPosition, id, inOrganization } from "./common.ts";

/**
 * Data of a `change` event. The event's id is the position to resume from. It says what to fetch again, not the new state.
 */
export const changeEvent = z.strictObject({
  /** Position in the organization's audit log. */
  sequence: z.number(),
  /** `thing.verb`, as in the audit log. */
  action: z.string(),
  target: z.strictObject({ type: z.string(), id: z.nullable(id) }),
  /** The user or key that did it; null for the system. */
  actorId: z.nullable(id),
  /** `X-Request-Id` of the request that did it. */
  requestId: z.nullable(z.string()),
});

export const streamEvents = endpoint({
  method: "GET",
  path: "/organizations/:organizationId/events",
  operationId: "streamEvents",
  tag: "Events",
  summary:
    "Server-sent events that the caller may see: `change` for each change, `rights` when the caller's own permissions changed, " +
    "`reset` when too many events were missed or the database was restored, `position` after events that the caller may not " +
    "see and every 15 seconds. Resumes after the event with the id `after`, or after the header Last-Event-ID",
  params: inOrganization,
  query: z.strictObject({
    after: z.optional(eventPosition),
  }),
  success: { status: 200, body: null, media: ["text/event-stream"] },
});

/** Data of a `change` event. */
export type ChangeEvent = z.infer<typeof changeEvent>;
