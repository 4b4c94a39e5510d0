/** Who may do what in an organization, whole and then as it changes: for programs that keep a copy and decide by themselves. */
import * as z from "zod/mini";
import { actorReference, endpoint, eventPosition, id, inOrganization, instant } from "./common.ts";
import { catalogueGroup } from "./roles.ts";

/** A role as it is now; one that was deleted has no name, gives nothing and is `gone`. */
export const accessRole = z.union([
  z.strictObject({
    id,
    name: z.string(),
    /** Holds every permission of the catalogue; `permissions` is empty then. */
    isOwner: z.boolean(),
    /** As chosen, without what they imply. */
    permissions: z.array(z.string()),
  }),
  z.strictObject({ id, gone: z.literal(true) }),
]);

/** What a user holds now. Somebody who is suspended, removed or without a role holds nothing. */
export const accessUser = z.strictObject({
  id,
  grants: z.array(
    z.strictObject({
      roleId: id,
      grantedBy: actorReference,
      grantedAt: instant,
      expiresAt: z.optional(instant),
    }),
  ),
});

/** What a stream of changes says, by the name of the event. */
export const accessEvents = {
  /**
   * Forget what is known: a whole copy follows, up to the next `current`. It comes at any time: after a restore of the database,
   * too. `users` is how many will be looked through.
   */
  reset: z.strictObject({ users: z.number() }),
  catalogue: z.strictObject({ groups: z.array(catalogueGroup) }),
  roles: z.strictObject({ roles: z.array(accessRole) }),
  /** In a whole copy only those who hold something; `read` is how many have been looked through so far. */
  users: z.strictObject({ users: z.array(accessUser), read: z.optional(z.number()) }),
  /**
   * All that was committed up to a moment has been told; the event's id is the position to go on from. That moment was
   * `elapsed` milliseconds after the request came in, by a clock that nobody sets.
   */
  current: z.strictObject({ elapsed: z.number(), at: instant }),
} as const;

export const followAccess = endpoint({
  method: "GET",
  path: "/organizations/:organizationId/changes",
  operationId: "followAccess",
  tag: "Access",
  summary:
    "Server-sent events for an API key that may view users and roles: the catalogue, every role and who holds which, and " +
    "then each change within moments; `current` every `beat` milliseconds says that nothing is missing. Goes on after the " +
    "id `after`, or after the header Last-Event-ID",
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
/** What the events of the stream carry, by name. */
export type AccessEvents = { readonly [N in keyof typeof accessEvents]: z.infer<(typeof accessEvents)[N]> };
