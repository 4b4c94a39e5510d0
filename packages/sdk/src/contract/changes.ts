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

/** The stream's events by name. */
export const accessEvents = {
  /**
   * Discard the replica: complete data follows, up to the next `current`. It can come at any time, for example after a restore
   * of the database. `users` is the number of users that will be processed.
   */
  reset: z.strictObject({ users: z.number() }),
  catalogue: z.strictObject({ groups: z.array(catalogueGroup) }),
  roles: z.strictObject({ roles: z.array(accessRole) }),
  /** In complete data only users with grants; `read` is the number of users processed so far. */
  users: z.strictObject({ users: z.array(accessUser), read: z.optional(z.number()) }),
  /** Sessions of these users may have ended; `null`: of all users. Forget what a session token meant. */
  sessions: z.strictObject({ userIds: z.nullable(z.array(z.string())) }),
  /**
   * Everything committed up to this moment has been sent. The event's id is the position to resume from. The moment is
   * `elapsed` milliseconds after the request arrived, by a monotonic clock.
   */
  current: z.strictObject({ elapsed: z.number(), at: instant }),
} as const;

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
    beat: z.optional(
      z.string().check(
        z.regex(/^\d{3,5}$/, "Use milliseconds from 200 to 15000."),
        z.refine(
          (text) => Number(text) >= 200 && Number(text) <= 15_000,
          "Use milliseconds from 200 to 15000.",
        ),
      ),
    ),
  }),
  success: { status: 200, body: null, media: ["text/event-stream"] },
});

/** A role in the stream. */
export type AccessRole = z.infer<typeof accessRole>;
/** A user in the stream. */
export type AccessUser = z.infer<typeof accessUser>;
/** Data of the stream's events, by name. */
export type AccessEvents = { readonly [N in keyof typeof accessEvents]: z.infer<(typeof accessEvents)[N]> };
