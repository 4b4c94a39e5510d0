/** Roles and grants of all organizations, for programs of the operator with replicas. */
import * as z from "zod/mini";
import { accessEvents, heartbeat } from "./changes.ts";
import { endpoint, eventPosition, id } from "./common.ts";

/** The last event of an organization's log. */
export const organizationHead = z.union([
  z.strictObject({
    id,
    /** A replica with this position has everything; null while the last events have no position yet. */
    position: z.nullable(z.string()),
  }),
  /** Its rows were removed. */
  z.strictObject({ id, gone: z.literal(true) }),
]);

/** The events of `followOrganizations` by name. */
export const operatorEvents = {
  /** Before the first `current` all organizations of the installation, and then those that have changed. */
  organizations: z.strictObject({ organizations: z.array(organizationHead) }),
  /** Every organization that was changed up to this moment has been sent. See `current` of `followAccess`. */
  current: accessEvents.current,
} as const;

const tag = "Operator";

export const followOrganizations = endpoint({
  method: "GET",
  path: "/operator/changes",
  operationId: "followOrganizations",
  tag,
  summary:
    "Server-sent events: the position of every organization, and then of each one that changes. A `current` event every `beat` " +
    "milliseconds confirms that nothing is missing. Read what has changed with `GET …/organizations/{id}/access`",
  query: z.strictObject({ beat: heartbeat }),
  success: { status: 200, body: null, media: ["text/event-stream"] },
  compressed: true,
});

export const readOrganizationAccess = endpoint({
  method: "GET",
  path: "/operator/organizations/:organizationId/access",
  operationId: "readOrganizationAccess",
  tag,
  summary:
    "Server-sent events of one organization that end with `current`: the catalogue, all roles and grants, or with `after` only " +
    "what has changed since. Nobody has anything while the organization is suspended or deleted",
  params: z.strictObject({ organizationId: id }),
  query: z.strictObject({ after: z.optional(eventPosition) }),
  success: { status: 200, body: null, media: ["text/event-stream"] },
  compressed: true,
});

/** The last event of an organization's log. */
export type OrganizationHead = z.infer<typeof organizationHead>;
/** Data of the events of `followOrganizations`, by name. */
export type OperatorEvents = {
  readonly [N in keyof typeof operatorEvents]: z.infer<(typeof operatorEvents)[N]>;
};
