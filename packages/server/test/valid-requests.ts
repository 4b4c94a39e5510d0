/** One valid request per endpoint with a body, for tests that invalidate them field by field. */

import { createBulkJobSteps } from "./bulk-jobs.ts";
import type { TestApp } from "./create-test-app.ts";
import { getInvitationToken, invite, validPassword } from "./invitations.ts";
import { createJobRequests, type ValidRequest } from "./job-requests.ts";
import { createOperatorRequests } from "./operator-steps.ts";
import { insertPasskey } from "./passkeys.ts";

/** Valid requests of an owner. */
export interface ValidRequests {
  readonly requests: Readonly<Record<string, ValidRequest>>;
  /** Paths of lists. */
  readonly lists: readonly string[];
  readonly cookie: string;
}

/** The names of the requests. */
export const requestNames = [
  "lookUpSetup",
  "setUp",
  "signIn",
  "signInWithSecondFactor",
  "signInWithPasskey",
  "addPasskey",
  "renamePasskey",
  "editMe",
  "changePassword",
  "changeEmail",
  "stepUp",
  "confirmTotp",
  "requestPasswordReset",
  "lookUpPasswordReset",
  "completePasswordReset",
  "confirmEmailChange",
  "cancelEmailChange",
  "reportSignIn",
  "editUser",
  "createUser",
  "putUser",
  "createRole",
  "editRole",
  "editOrganization",
  "putPermissions",
  "sendInvitations",
  "checkInvitations",
  "copyInvitationLinks",
  "resendInvitations",
  "revokeInvitations",
  "restoreInvitations",
  "createUserJob",
  "previewUserJob",
  "createUserJobForSome",
  "undoUserJob",
  "createUserImport",
  "uploadUserImportPart",
  "startUserImport",
  "createApiKey",
  "createHandOff",
  "introspectSession",
  "lookUpInvitation",
  "acceptInvitation",
  "createOrganization",
  "editOperatedOrganization",
  "deleteOrganization",
  "putInstallationCatalogue",
] as const;

/** Creates an organization with one resource of each kind, and the requests of its owner. */
export async function createValidRequests(t: TestApp): Promise<ValidRequests> {
  const acme = await t.organization();
  const viewer = await t.user(acme, { roles: ["viewer"] });
  const cookie = `gatehouse=${await t.session(acme.owner)}`;
  const here = `/organizations/${acme.organizationId}`;
  const { id } = await invite(t, acme, "invited@example.test");
  const token = await getInvitationToken(t, acme, id);
  const roleIds = [acme.roles.viewer];
  const passkeyId = await insertPasskey(t, acme.owner);
  const credential = { id: "AAAA", rawId: "AAAA", type: "public-key" };
  const job = await createBulkJobSteps(t, acme).run({ action: "restore", users: { ids: [viewer.userId] } });
  const requests: Readonly<Record<string, ValidRequest>> = {
    lookUpSetup: { method: "POST", path: "/setup/lookup", body: { token: "t" } },
    setUp: {
      method: "POST",
      path: "/setup",
      body: {
        token: "t",
        organization: "Acme",
        name: "Ada",
        email: "ada@example.test",
        password: validPassword,
      },
    },
    signIn: {
      method: "POST",
      path: "/sessions",
      body: { email: "ada@example.test", password: validPassword },
    },
    signInWithSecondFactor: { method: "POST", path: "/sessions/second-factor", body: { code: "123456" } },
    signInWithPasskey: {
      method: "POST",
      path: "/sessions/passkey",
      body: {
        credential: {
          ...credential,
          response: {
            clientDataJSON: "e30",
            authenticatorData: "AAAA",
            signature: "AAAA",
            userHandle: "AAAA",
          },
        },
      },
    },
    addPasskey: {
      method: "POST",
      path: "/me/passkeys",
      body: {
        name: "Laptop",
        credential: {
          ...credential,
          response: { clientDataJSON: "e30", attestationObject: "AAAA", transports: ["internal"] },
        },
      },
    },
    renamePasskey: { method: "PATCH", path: `/me/passkeys/${passkeyId}`, body: { name: "Laptop" } },
    editMe: { method: "PATCH", path: "/me", body: { name: "Ada", language: "tr" } },
    changePassword: {
      method: "POST",
      path: "/me/password",
      body: { currentPassword: validPassword, newPassword: "seven green copper gates" },
    },
    changeEmail: { method: "POST", path: "/me/email", body: { email: "changed@example.test" } },
    stepUp: { method: "POST", path: "/sessions/current/step-up", body: { password: validPassword } },
    confirmTotp: { method: "POST", path: "/me/totp/confirm", body: { code: "123456" } },
    requestPasswordReset: { method: "POST", path: "/password-resets", body: { email: "ada@example.test" } },
    lookUpPasswordReset: { method: "POST", path: "/password-resets/lookup", body: { token: "t" } },
    completePasswordReset: {
      method: "POST",
      path: "/password-resets/complete",
      body: { token: "t", password: validPassword },
    },
    confirmEmailChange: { method: "POST", path: "/email-changes/confirm", body: { token: "t" } },
    cancelEmailChange: { method: "POST", path: "/email-changes/cancel", body: { token: "t" } },
    reportSignIn: { method: "POST", path: "/sign-ins/report", body: { token: "t" } },
    editUser: {
      method: "PATCH",
      path: `${here}/users/${viewer.userId}`,
      body: { name: "Ada", phone: "1", externalId: "2", status: "active", roleIds },
    },
    createUser: {
      method: "POST",
      path: `${here}/users`,
      body: { email: "created@example.test", name: "Ada", externalId: "crm-1", phone: "1", roleIds },
    },
    putUser: {
      method: "PUT",
      path: `${here}/users/by-external-id/crm-2`,
      body: { email: "put@example.test", name: "Ada", roles: [{ id: acme.roles.viewer, expiresAt: null }] },
    },
    createRole: {
      method: "POST",
      path: `${here}/roles`,
      body: {
        name: "Readers",
        description: "They read.",
        translations: { tr: { name: "Okuyanlar" } },
        permissions: ["campaigns:view"],
      },
    },
    editRole: {
      method: "PATCH",
      path: `${here}/roles/${acme.roles.marketer}`,
      body: {
        name: "Readers",
        description: "They read.",
        translations: { tr: { name: "Okuyanlar" } },
        permissions: ["campaigns:view"],
      },
    },
    putPermissions: {
      method: "PUT",
      path: `${here}/permissions?drop=campaigns:edit`,
      body: {
        campaigns: {
          label: "Campaigns",
          actions: { view: {}, send: { implies: ["view"], sensitive: true } },
        },
      },
    },
    editOrganization: {
      method: "PATCH",
      path: here,
      body: {
        name: "Acme",
        language: "tr",
        invitationExpiresInDays: 3,
        allowedEmailDomains: ["example.test"],
        panelOrigins: ["https://panel.example.test"],
        security: {
          requireTwoFactor: true,
          twoFactorGraceDays: 14,
          sessionIdleMinutes: 60,
          sessionMaxDays: 7,
          passwordMaxAgeDays: 365,
          allowedNetworks: ["127.0.0.0/8"],
        },
      },
    },
    sendInvitations: {
      method: "POST",
      path: `${here}/invitations`,
      body: {
        invitations: [{ email: "new@example.test", roleIds, name: "New" }],
        message: "Welcome",
        expiresInDays: 7,
        send: true,
      },
    },
    checkInvitations: {
      method: "POST",
      path: `${here}/invitations/check`,
      body: { invitations: [{ email: "other@example.test", roleIds, name: "Other" }] },
    },
    copyInvitationLinks: { method: "POST", path: `${here}/invitations/links`, body: { invitationIds: [id] } },
    resendInvitations: { method: "POST", path: `${here}/invitations/resend`, body: { invitationIds: [id] } },
    revokeInvitations: { method: "POST", path: `${here}/invitations/revoke`, body: { invitationIds: [id] } },
    restoreInvitations: {
      method: "POST",
      path: `${here}/invitations/restore`,
      body: { invitationIds: [id] },
    },
    ...(await createJobRequests(t, acme, { here, viewer, jobId: job.id })),
    createApiKey: {
      method: "POST",
      path: `${here}/api-keys`,
      body: { name: "Reports", permissions: ["reports:view"], expiresAt: "2030-01-01T00:00:00Z" },
    },
    createHandOff: {
      method: "POST",
      path: `${here}/hand-offs`,
      body: { origin: "https://panel.example.test", state: "s".repeat(43), to: "/campaigns", consent: true },
    },
    introspectSession: {
      method: "POST",
      path: `${here}/sessions/introspect`,
      body: { token: "t", origin: "https://panel.example.test" },
    },
    lookUpInvitation: { method: "POST", path: "/invitations/lookup", body: { token } },
    acceptInvitation: {
      method: "POST",
      path: "/invitations/accept",
      body: { token, name: "New", password: validPassword },
    },
    ...createOperatorRequests(acme),
  };
  const lists = [
    "users",
    "users?sort=lastActiveAt",
    "roles",
    "invitations",
    "invitations/counts",
    "audit-events",
    "api-keys",
    "permissions/users:view/users",
    `user-jobs/${job.id}/results`,
    "user-imports",
  ].map((list) => `${here}/${list}`);
  return { requests, lists, cookie };
}
