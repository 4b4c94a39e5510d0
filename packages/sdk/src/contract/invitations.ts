/** Invitations as those who manage them see them: send, check, list, count, resend, revoke, restore, copy the link. */
import * as z from "zod/mini";
import {
  actorReference,
  beforeNormalising,
  emailInput,
  endpoint,
  id,
  inOrganization,
  instant,
  isPlainText,
  list,
  listOf,
  name,
  page,
  searchText,
  total,
} from "./common.ts";

/** `expired` is a pending invitation whose time has run out. */
export const invitationStatus = z.enum(["pending", "accepted", "revoked", "expired"]);
/** What became of the mail. `not-configured`: no mail server, the mail lies in a file; the link is the way. */
export const delivery = z.enum(["queued", "sent", "failed", "not-configured"]);

/** An invitation. Its token is never part of it. */
export const invitationView = z.strictObject({
  id,
  email: z.string(),
  name: z.optional(z.string()),
  roles: z.array(z.strictObject({ id, name: z.string() })),
  status: invitationStatus,
  delivery,
  deliveryError: z.optional(z.string()),
  invitedBy: actorReference,
  createdAt: instant,
  expiresAt: instant,
  lastSentAt: z.nullable(instant),
  /** When its person joined, and as which user; absent until then. */
  accepted: z.optional(z.strictObject({ at: instant, userId: id })),
  /** When it was withdrawn; absent unless it was. */
  revokedAt: z.optional(instant),
});

const invitations = "/organizations/:organizationId/invitations";
const invitationParams = z.extend(inOrganization, { invitationId: id });

export const listInvitations = endpoint({
  method: "GET",
  path: invitations,
  operationId: "listInvitations",
  tag: "Invitations",
  summary: "Invitations, newest first",
  params: inOrganization,
  query: z.strictObject({
    status: z.optional(invitationStatus),
    delivery: z.optional(delivery),
    query: z.optional(searchText),
    ...page,
  }),
  success: { status: 200, body: listOf(invitationView) },
  compressed: true,
});

/** How many invitations there are of each kind. `failed` are the pending ones whose mail was not taken. */
export const invitationCounts = z.strictObject({
  pending: total,
  expired: total,
  failed: total,
  accepted: total,
  revoked: total,
});

export const countInvitations = endpoint({
  method: "GET",
  path: `${invitations}/counts`,
  operationId: "countInvitations",
  tag: "Invitations",
  summary: "How many invitations are pending, expired, failed, accepted and revoked",
  params: inOrganization,
  query: z.strictObject({ query: z.optional(searchText) }),
  success: { status: 200, body: invitationCounts },
});

/** Words of the inviter, shown in the mail: up to 1,000 characters, line breaks allowed. */
export const invitationMessage = z
  .string()
  .check(
    beforeNormalising(1000),
    z.trim(),
    z.normalize("NFC"),
    z.maxLength(1000, "Use 1,000 characters or fewer."),
    z.refine(isPlainText, "Remove control characters."),
  );

/** Who is to be invited as what. */
const wishes = list(
  z.strictObject({
    email: emailInput,
    roleIds: list(id, {
      least: [1, "Choose at least one role."],
      most: [100, "Give 100 roles at most."],
    }),
    name: z.optional(name),
  }),
  { least: [1, "Write at least one address."], most: [1000, "Invite 1,000 addresses at most."] },
);

export const sendInvitations = endpoint({
  method: "POST",
  path: invitations,
  operationId: "sendInvitations",
  tag: "Invitations",
  summary: "Invites up to 1,000 addresses; each gets a result of its own",
  params: inOrganization,
  body: z.strictObject({
    invitations: wishes,
    message: z.optional(invitationMessage),
    expiresInDays: z.optional(z.int().check(z.gte(1), z.lte(30, "Use 1 to 30 days."))),
    send: z.optional(z.boolean()),
  }),
  success: {
    status: 200,
    body: z.strictObject({
      results: z.array(
        z.strictObject({
          email: z.string(),
          status: z.enum(["created", "replaced", "already-user", "invalid", "refused"]),
          invitation: z.optional(invitationView),
          code: z.optional(z.string()),
          detail: z.optional(z.string()),
        }),
      ),
    }),
  },
  idempotent: true,
  bodyLimit: 2 * 1024 * 1024,
});

export const checkInvitations = endpoint({
  method: "POST",
  path: `${invitations}/check`,
  operationId: "checkInvitations",
  tag: "Invitations",
  summary: "What would become of up to 1,000 addresses; invites nobody",
  params: inOrganization,
  body: z.strictObject({ invitations: wishes }),
  success: {
    status: 200,
    body: z.strictObject({
      results: z.array(
        z.strictObject({
          email: z.string(),
          /** `replaces`: an invitation is pending there, and would get these roles and a new link. */
          status: z.enum(["ready", "replaces", "already-user", "invalid", "refused"]),
          code: z.optional(z.string()),
          detail: z.optional(z.string()),
        }),
      ),
    }),
  },
  bodyLimit: 2 * 1024 * 1024,
});

export const getInvitation = endpoint({
  method: "GET",
  path: `${invitations}/:invitationId`,
  operationId: "getInvitation",
  tag: "Invitations",
  summary: "One invitation with the state of its mail",
  params: invitationParams,
  success: { status: 200, body: invitationView },
});

export const resendInvitation = endpoint({
  method: "POST",
  path: `${invitations}/:invitationId/resend`,
  operationId: "resendInvitation",
  tag: "Invitations",
  summary: "Sends a new link with a new expiry; the old link stops working",
  params: invitationParams,
  success: { status: 200, body: invitationView },
  idempotent: true,
});

export const copyInvitationLink = endpoint({
  method: "POST",
  path: `${invitations}/:invitationId/link`,
  operationId: "copyInvitationLink",
  tag: "Invitations",
  summary: "The link to copy, the same as in the mail",
  params: invitationParams,
  success: { status: 200, body: z.strictObject({ url: z.string() }) },
});

export const revokeInvitation = endpoint({
  method: "DELETE",
  path: `${invitations}/:invitationId`,
  operationId: "revokeInvitation",
  tag: "Invitations",
  summary: "Withdraws a pending invitation",
  params: invitationParams,
  success: { status: 204, body: null },
});

/** Several invitations at once: each gets a result of its own, and one that is refused stops no other. */
const severalInvitations = z.strictObject({
  invitationIds: list(id, {
    least: [1, "Name at least one invitation."],
    most: [100, "Name 100 invitations at most."],
  }),
});

/** A result for each invitation that was named, once, in the order of the request. */
export const severalResults = z.strictObject({
  results: z.array(
    z.strictObject({
      invitationId: id,
      status: z.enum(["done", "refused"]),
      /** As it is now; absent where there is none of that id. */
      invitation: z.optional(invitationView),
      code: z.optional(z.string()),
      detail: z.optional(z.string()),
    }),
  ),
});

export const resendInvitations = endpoint({
  method: "POST",
  path: `${invitations}/resend`,
  operationId: "resendInvitations",
  tag: "Invitations",
  summary: "Sends up to 100 invitations again, each with a new link; the old links stop working",
  params: inOrganization,
  body: severalInvitations,
  success: { status: 200, body: severalResults },
  idempotent: true,
});

export const revokeInvitations = endpoint({
  method: "POST",
  path: `${invitations}/revoke`,
  operationId: "revokeInvitations",
  tag: "Invitations",
  summary: "Withdraws up to 100 pending invitations",
  params: inOrganization,
  body: severalInvitations,
  success: { status: 200, body: severalResults },
  idempotent: true,
});

export const restoreInvitations = endpoint({
  method: "POST",
  path: `${invitations}/restore`,
  operationId: "restoreInvitations",
  tag: "Invitations",
  summary:
    "Takes the withdrawal of up to 100 invitations back, for 15 minutes: they are as they were, and their links work again",
  params: inOrganization,
  body: severalInvitations,
  success: { status: 200, body: severalResults },
  idempotent: true,
});

/** An invitation. */
export type InvitationView = z.infer<typeof invitationView>;
/** `pending`, `accepted`, `revoked` or `expired`. */
export type InvitationStatus = z.infer<typeof invitationStatus>;
/** What became of the mail. */
export type Delivery = z.infer<typeof delivery>;
/** How many invitations there are of each kind. */
export type InvitationCounts = z.infer<typeof invitationCounts>;
/** What became of each of several invitations. */
export type SeveralResults = z.infer<typeof severalResults>;
/** Body of an invitation request. */
export type SendInvitations = z.infer<typeof sendInvitations.body>;
/** What would become of each address, in the same order. */
export type CheckInvitationsResult = z.infer<typeof checkInvitations.success.body>;
/** Result of an invitation request, an entry for each address in the same order. */
export type SendInvitationsResult = z.infer<typeof sendInvitations.success.body>;
