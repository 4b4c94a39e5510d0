/** What an invitation's link leads to: look up, accept. */
import * as z from "zod/mini";
import { endpoint, instant, name, passwordInput, tokenInput } from "./common.ts";
import { enteredView } from "./sessions.ts";

/** What the accept page shows. */
export const invitationOffer = z.strictObject({
  organization: z.strictObject({ name: z.string() }),
  inviter: z.strictObject({ name: z.string() }),
  email: z.string(),
  name: z.optional(z.string()),
  roles: z.array(z.strictObject({ name: z.string(), description: z.string() })),
  expiresAt: instant,
  accountExists: z.boolean(),
});

export const lookUpInvitation = endpoint({
  method: "POST",
  path: "/invitations/lookup",
  operationId: "lookUpInvitation",
  tag: "Invitations",
  summary: "What a link offers; changes nothing",
  body: z.strictObject({ token: tokenInput }),
  success: { status: 200, body: invitationOffer },
});

export const acceptInvitation = endpoint({
  method: "POST",
  path: "/invitations/accept",
  operationId: "acceptInvitation",
  tag: "Invitations",
  summary:
    "Joins the organization: with a name and password for a new account, signed in for an existing one",
  body: z.strictObject({ token: tokenInput, name: z.optional(name), password: z.optional(passwordInput) }),
  success: { status: 201, body: enteredView },
});

/** What a link offers. */
export type InvitationOffer = z.infer<typeof invitationOffer>;
