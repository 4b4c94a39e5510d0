/** Actions on several invitations in one request. */
import * as z from "zod/mini";
import { endpoint, id, inOrganization, list } from "./common.ts";
import { invitationView } from "./invitations.ts";

const invitations = "/organizations/:organizationId/invitations";

/** Several invitations in one request. Each has its own result; a failed one doesn't stop the others. */
const invitationBatch = z.strictObject({
  invitationIds: list(id, {
    min: [1, "Name at least one invitation."],
    max: [100, "Name 100 invitations at most."],
  }),
});

/** One result per invitation, in the order of the request. */
export const severalResults = z.strictObject({
  results: z.array(
    z.strictObject({
      invitationId: id,
      status: z.enum(["done", "refused"]),
      /** Its current state; absent if the id is unknown. */
      invitation: z.optional(invitationView),
      code: z.optional(z.string()),
      detail: z.optional(z.string()),
    }),
  ),
});

/** One result per invitation, in the order of the request. */
export const linkResults = z.strictObject({
  results: z.array(
    z.strictObject({
      invitationId: id,
      status: z.enum(["done", "refused"]),
      url: z.optional(z.string()),
      code: z.optional(z.string()),
      detail: z.optional(z.string()),
    }),
  ),
});

export const copyInvitationLinks = endpoint({
  method: "POST",
  path: `${invitations}/links`,
  operationId: "copyInvitationLinks",
  tag: "Invitations",
  summary: "The links of up to 100 invitations to copy, the same as in their emails",
  params: inOrganization,
  body: invitationBatch,
  success: { status: 200, body: linkResults },
});

export const resendInvitations = endpoint({
  method: "POST",
  path: `${invitations}/resend`,
  operationId: "resendInvitations",
  tag: "Invitations",
  summary: "Sends up to 100 invitations again, each with a new link; the old links stop working",
  params: inOrganization,
  body: invitationBatch,
  success: { status: 200, body: severalResults },
  idempotent: true,
  localized: true,
});

export const revokeInvitations = endpoint({
  method: "POST",
  path: `${invitations}/revoke`,
  operationId: "revokeInvitations",
  tag: "Invitations",
  summary: "Revokes up to 100 pending invitations",
  params: inOrganization,
  body: invitationBatch,
  success: { status: 200, body: severalResults },
  idempotent: true,
  localized: true,
});

export const restoreInvitations = endpoint({
  method: "POST",
  path: `${invitations}/restore`,
  operationId: "restoreInvitations",
  tag: "Invitations",
  summary: "Undoes the revocation of up to 100 invitations within 15 minutes; their links work again",
  params: inOrganization,
  body: invitationBatch,
  success: { status: 200, body: severalResults },
  idempotent: true,
  localized: true,
});

/** Results of a request for several invitations. */
export type SeveralResults = z.infer<typeof severalResults>;
/** Links of several invitations. */
export type InvitationLinks = z.infer<typeof linkResults>;
