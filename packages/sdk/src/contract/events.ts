/** What happens in an organization, while it happens: server-sent events for pages that are open. */
import * as z from "zod/mini";
import { endpoint, eventPosition, id, inOrganization } from "./common.ts";

/**
 * One thing that happened, as the data of an event named `change`; the event's id is where to go on after it. It says what to
 * read again, not what is there now.
 */
export const changeEvent = z.strictObject({
  /** Position in the organization's audit log. */
  sequence: z.number(),
  /** `thing.verb`, as in the audit log. */
  action: z.string(),
  target: z.strictObject({ type: z.string(), id: z.nullable(id) }),
  /** The user or key that did it; null for the system. */
  actorId: z.nullable(id),
  /** `X-Request-Id` of the answer to the request that did it. */
  requestId: z.nullable(z.string()),
});

export const streamEvents = endpoint({
  method: "GET",
  path: "/organizations/:organizationId/events",
  operationId: "streamEvents",
  tag: "Events",
  summary:
    "Server-sent events, to callers who may see what they are about: `change` for each thing that happens, `rights` when the " +
    "caller's own permissions changed, `reset` when too much was missed to be told one by one or the database was restored, " +
    "`position` after what they may not see and every 15 seconds. Goes on after the event with the id `after`, or after the " +
    "header Last-Event-ID",
  params: inOrganization,
  query: z.strictObject({
    after: z.optional(eventPosition),
  }),
  success: { status: 200, body: null, media: ["text/event-stream"] },
});

/** One thing that happened. */
export type ChangeEvent = z.infer<typeof changeEvent>;
