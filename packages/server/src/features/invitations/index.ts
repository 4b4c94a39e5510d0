/** Sends, accepts and manages invitations. Other features import only from here. */
export { deliverInvitation, onInvitationEmailRetriesExhausted } from "./deliver/deliver-invitation.ts";
export { sendInvitations } from "./send/send-invitations.ts";
