/** Roles and grants of an organization, first complete and then as they change. For programs with a replica. */
import * as z from "zod/mini";
import { actorReference, endpoint, eventPosition, id, inOrganization, instant } from "./common.ts";
import { catalogueGroup } from "./roles.ts";

/** A role's current state. A deleted role is `gone`. */
export const accessRole = z.union([
  z.strictObject({
    id,
    name: z.string(),
    /** Has every permission of the catalogue; `permissions` is empty then. */
    isOwner: z.boolean(),
    /** As chosen, without implied ones. */
    permissions: z.array(z.string()),
  }),
  z.strictObject({ id, gone: z.literal(true) }),
]);

/** A user's current grants. Empty if the user is suspended, removed or has no role. */
export const accessUser = z.strictObject({
  id,
  /** The user's id in another system, if they have one and are active. */
  externalId: z.optional(z.string()),
  grants: z.array(
    z.strictObject({
      roleId: id,
      grantedBy: actorReference,
      grantedAt: instant,
      expiresAt: z.optional(instant),
    }),
  ),
});

/**
 * A part of complete data, in columns: users with grants, in the order of their ids. `roles`, `grantedBy` and `grantedAt` have an
 * element for each grant, user after user.
 */
export const accessSnapshot = z.strictObject({
  /** Users processed so far, with or without grants. */
  read: z.number(),
  /** Their ids, joined without separator: 36 characters each, in ascending order. */
  userIds: z.string(),
  /** For each user, the index of their first grant. */
  starts: z.array(z.number()),
  roleIds: z.array(id),
  /** An index in `roleIds`. */
  roles: z.array(z.number()),
  actors: z.array(actorReference),
  /** An index in `actors`. */
  grantedBy: z.array(z.number()),
  /** Milliseconds since 1970, UTC. */
  grantedAt: z.array(z.number()),
  /** When grants end, in the same unit, by index of the grant; only of those that end. */
  expiresAt: z.record(z.string(), z.number()),
  /** Ids in another system, by index of the user; only of those who have one. */
  externalIds: z.record(z.string(), z.string()),
});

/** The stream's events by name. */
export const accessEvents = {
  /**
   * Discard the replica: complete data follows, up to the next `current`. It can come at any time, for example after a restore
   * of the database. `users` is the number of users that will be processed.
   */
  reset: z.strictObject({ users: z.number() }),
  catalogue: z.strictObject({ groups: z.array(catalogueGroup) }),
  roles: z.strictObject({ roles: z.array(accessRole) }),
  snapshot: accessSnapshot,
  /** Users that changed, also during complete data: what they have here counts. */
  users: z.strictObject({ users: z.array(accessUser) }),
  /** Sessions of these users may have ended; `null`: of all users. Forget what a session token meant. */
  sessions: z.strictObject({ userIds: z.nullable(z.array(z.string())) }),
  /**
   * Everything committed up to this moment has been sent. The event's id is the position to resume from. The moment is
   * `elapsed` milliseconds after the request arrived, by a monotonic clock.
   */
  current: z.strictObject({ elapsed: z.number(), at: instant }),
} as const;

/** Milliseconds between two `current` events, in a query. */
export const heartbeat = z.optional(
  z.string().check(
    z.regex(/^\d{3,5}$/, "Use milliseconds from 200 to 15000."),
    z.refine((text) => Number(text) >= 200 && Number(text) <= 15_000, "Use milliseconds from 200 to 15000."),
  ),
);

export const followAccess = endpoint({
  method: "GET",
  path: "/organizations/:organizationId/changes",
  operationId: "followAccess",
  tag: "Access",
  summary:
    "Server-sent events for API keys that may view users and roles: the catalogue, all roles and grants, and then each " +
    "change. A `current` event every `beat` milliseconds confirms that nothing is missing. Resumes after the id `after`, or " +
    "after the header Last-Event-ID",
  params: inOrganization,
  query: z.strictObject({
    after: z.optional(eventPosition),
    beat: heartbeat,
  }),
  success: { status: 200, body: null, media: ["text/event-stream"] },
  compressed: true,
});

/** A role in the stream. */
export type AccessRole = z.infer<typeof accessRole>;
/** A user in the stream. */
export type AccessUser = z.infer<typeof accessUser>;
/** A part of complete data in the stream. */
export type AccessSnapshot = z.infer<typeof accessSnapshot>;
/** Data of the stream's events, by name. */
export type AccessEvents = { readonly [N in keyof typeof accessEvents]: z.infer<(typeof accessEvents)[N]> };
