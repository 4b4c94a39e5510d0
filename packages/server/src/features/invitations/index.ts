/** Invitations: the only door of this feature. */
export { deliverInvitation } from "./deliver-invitation.ts";
export { giveUpInvitationMail } from "./give-up-invitation-mail.ts";
export { registerInvitationRoutes } from "./routes.ts";
export { sendInvitations } from "./send-invitations.ts";
