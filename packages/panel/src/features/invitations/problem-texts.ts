import { msg } from "@lingui/core/macro";
import type { ProblemTexts } from "../../lib/api/problem-texts.ts";

/** Texts for the problems of invitations. */
export const invitationProblems: ProblemTexts = {
  "invitations/already-user": [msg`Already a user`, msg`This address belongs to a user of the organization.`],
  "invitations/role-gone": [msg`A role of this invitation no longer exists`, msg`Ask for a new invitation.`],
  "invitations/inviter-lost-access": [
    msg`The inviter can no longer give these roles`,
    msg`Ask for a new invitation from someone who can.`,
  ],
  "invitations/domain-not-allowed": [
    msg`This address can’t be invited`,
    msg`The settings allow only addresses of certain domains. Use another address, or change the settings.`,
  ],
  "organization/user-limit": [
    msg`The limit of users is reached`,
    msg`Remove a user or revoke an invitation, or ask the person who runs this installation for more.`,
  ],
  "invitations/not-pending": [
    msg`The invitation is no longer pending`,
    msg`Reload to see its current state.`,
  ],
  "invitations/already-pending": [
    msg`The address has a newer invitation`,
    msg`Look for it among the pending invitations.`,
  ],
  "invitations/not-restorable": [
    msg`The revocation can no longer be undone`,
    msg`Invite the address again; that makes a new link.`,
  ],
  "invitations/too-many-mails": [
    msg`This address got 10 e-mails within a day`,
    msg`Copy the link and send it yourself, or try again tomorrow.`,
  ],
};
