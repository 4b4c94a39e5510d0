/** Managing invitations: send, check, list, count, resend, revoke, copy the link. */
import * as z from "zod/mini";
import {
  actorReference,
  emailInput,
  endpoint,
  id,
  inOrganization,
  instant,
  isPlainText,
  limitBeforeNormalizing,
  list,
  listOf,
  name,
  page,
  searchText,
  textLanguage,
  total,
} from "./common.ts";
import {
  eachRoleOnce,
  invitationRole,
  isOneListOfRoles,
  offeredRole,
  roleCount,
  twoListsOfRoles,
} from "./granted-roles.ts";
import { externalId } from "./users.ts";

/** `expired` is a pending invitation past its expiry. */
export const invitationStatus = z.enum(["pending", "accepted", "revoked", "expired"]);
/** Delivery of the email. `not-configured`: there is no mail server, and the email is written to a file; share the link. */
export const delivery = z.enum(["queued", "sent", "failed", "not-configured"]);

/** An invitation, without its token. */
export const invitationView = z.strictObject({
  id,
  email: z.string(),
  name: z.optional(z.string()),
  externalId: z.optional(z.string()),
  roles: z.array(invitationRole),
  status: invitationStatus,
  delivery,
  deliveryError: z.optional(z.string()),
  invitedBy: actorReference,
  createdAt: instant,
  expiresAt: instant,
  lastSentAt: z.nullable(instant),
  /** When it was accepted, and by which user; absent until then. */
  accepted: z.optional(z.strictObject({ at: instant, userId: id })),
  /** When it was revoked; absent unless it was. */
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
    ...textLanguage,
    ...page,
  }),
  success: { status: 200, body: listOf(invitationView) },
  compressed: true,
  localized: true,
});

/** Number of invitations of each kind. `failed` are pending ones whose email could not be sent. */
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

/** The inviter's message in the email: up to 1,000 characters, line breaks allowed. */
export const invitationMessage = z
  .string()
  .check(
    limitBeforeNormalizing(1000),
    z.trim(),
    z.normalize("NFC"),
    z.maxLength(1000, "Use 1,000 characters or fewer."),
    z.refine(isPlainText, "Remove control characters."),
  );

/** Addresses to invite, with their roles. */
const invitationRequests = list(
  z
    .strictObject({
      email: emailInput,
      roleIds: z.optional(list(id, roleCount)),
      roles: z.optional(list(offeredRole, { ...roleCount, rule: eachRoleOnce })),
      name: z.optional(name),
      /** For the user who comes of it. */
      externalId: z.optional(externalId),
    })
    .check(
      z.refine(isOneListOfRoles, { error: twoListsOfRoles, path: ["roles"] }),
      z.refine(({ roleIds, roles }) => roleIds !== undefined || roles !== undefined, {
        error: "Choose at least one role.",
        path: ["roleIds"],
      }),
    ),
  { min: [1, "Write at least one address."], max: [1000, "Invite 1,000 addresses at most."] },
);

export const sendInvitations = endpoint({
  method: "POST",
  path: invitations,
  operationId: "sendInvitations",
  tag: "Invitations",
  summary: "Invites up to 1,000 addresses, with a result for each",
  params: inOrganization,
  body: z.strictObject({
    invitations: invitationRequests,
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
          /** The user, for `already-user`. */
          userId: z.optional(id),
          invitation: z.optional(invitationView),
          code: z.optional(z.string()),
          detail: z.optional(z.string()),
        }),
      ),
    }),
  },
  idempotent: true,
  bodyLimit: 2 * 1024 * 1024,
  localized: true,
});

export const checkInvitations = endpoint({
  method: "POST",
  path: `${invitations}/check`,
  operationId: "checkInvitations",
  tag: "Invitations",
  summary: "Checks up to 1,000 addresses; invites nobody",
  params: inOrganization,
  body: z.strictObject({ invitations: invitationRequests }),
  success: {
    status: 200,
    body: z.strictObject({
      results: z.array(
        z.strictObject({
          email: z.string(),
          /** `replaces`: a pending invitation would get these roles and a new link. */
          status: z.enum(["ready", "replaces", "already-user", "invalid", "refused"]),
          /** The user, for `already-user`. */
          userId: z.optional(id),
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
  summary: "One invitation with the state of its email",
  params: invitationParams,
  query: z.strictObject(textLanguage),
  success: { status: 200, body: invitationView },
  localized: true,
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
  localized: true,
});

export const copyInvitationLink = endpoint({
  method: "POST",
  path: `${invitations}/:invitationId/link`,
  operationId: "copyInvitationLink",
  tag: "Invitations",
  summary: "The link to copy, the same as in the email",
  params: invitationParams,
  success: { status: 200, body: z.strictObject({ url: z.string() }) },
});

export const revokeInvitation = endpoint({
  method: "DELETE",
  path: `${invitations}/:invitationId`,
  operationId: "revokeInvitation",
  tag: "Invitations",
  summary: "Revokes a pending invitation",
  params: invitationParams,
  success: { status: 204, body: null },
});

/** An invitation. */
export type InvitationView = z.infer<typeof invitationView>;
/** `pending`, `accepted`, `revoked` or `expired`. */
export type InvitationStatus = z.infer<typeof invitationStatus>;
/** Delivery of the email. */
export type Delivery = z.infer<typeof delivery>;
/** Number of invitations of each kind. */
export type InvitationCounts = z.infer<typeof invitationCounts>;
/** Body of an invitation request. */
export type SendInvitations = z.infer<typeof sendInvitations.body>;
/** Result of a check, one entry per address in the same order. */
export type CheckInvitationsResult = z.infer<typeof checkInvitations.success.body>;
/** Result of an invitation request, one entry per address in the same order. */
export type SendInvitationsResult = z.infer<typeof sendInvitations.success.body>;
