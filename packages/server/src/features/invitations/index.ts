/** Sends, accepts and manages invitations. Other features import only from here. */
export { deliverInvitation, onInvitationEmailRetriesExhausted } from "./deliver/deliver-invitation.ts";
export { enqueueMissingEmails } from "./deliver/enqueue-missing-emails.ts";
export { endSentence, formatInstant, maxNameInSubject, shorten } from "./email/email-content.ts";
export { renderContent } from "./email/render-email.ts";
export { mapStoreError } from "./errors.ts";
export { copyInvitationLink } from "./manage/copy-invitation-link.ts";
export { revokeInvitations } from "./manage/revoke-invitations.ts";
export { checkInvitationsInTransaction, sendInvitations } from "./send/send-invitations.ts";
export { describeEmailFault } from "./send/validate-invitations.ts";
