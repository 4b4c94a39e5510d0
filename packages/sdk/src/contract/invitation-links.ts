/** Looking up and accepting an invitation by its link. */
import * as z from "zod/mini";
import { endpoint, instant, name, passwordInput, tokenInput } from "./common.ts";
import { enteredView } from "./sessions.ts";

/** The invitation's details for the accept page. */
export const invitationOffer = z.strictObject({
  organization: z.strictObject({ name: z.string() }),
  inviter: z.strictObject({ name: z.string() }),
  email: z.string(),
  name: z.optional(z.string()),
  /** `expiresAt` or `forDays` (from joining), if the role is offered only for a time. */
  roles: z.array(
    z.strictObject({
      name: z.string(),
      description: z.string(),
      expiresAt: z.optional(instant),
      forDays: z.optional(z.number()),
    }),
  ),
  expiresAt: instant,
  accountExists: z.boolean(),
});

export const lookUpInvitation = endpoint({
  method: "POST",
  path: "/invitations/lookup",
  operationId: "lookUpInvitation",
  tag: "Invitations",
  summary: "The details of an invitation link; changes nothing",
  body: z.strictObject({ token: tokenInput }),
  success: { status: 200, body: invitationOffer },
  localized: true,
});

export const acceptInvitation = endpoint({
  method: "POST",
  path: "/invitations/accept",
  operationId: "acceptInvitation",
  tag: "Invitations",
  summary:
    "Joins the organization. A new account needs a name and a password; an existing account needs a session",
  body: z.strictObject({ token: tokenInput, name: z.optional(name), password: z.optional(passwordInput) }),
  success: { status: 201, body: enteredView },
});

/** The details of an invitation link. */
export type InvitationOffer = z.infer<typeof invitationOffer>;
