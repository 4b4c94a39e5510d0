/** One request for each write endpoint of the contract. */
import { exampleCatalogue } from "@gatehouse/access/example";
import type { Endpoint } from "@gatehouse/sdk/contract";
import * as contract from "@gatehouse/sdk/contract";
import { computeTotpCode, createTotpSecret, getTotpStep } from "../src/features/second-factors/totp.ts";
import type { EndpointCase, Scenario } from "./delayed-body.ts";
import { storeImport } from "./imports.ts";
import { createRegistration, insertPasskey } from "./passkeys.ts";
import { addAuthenticator } from "./second-factors.ts";

/** A case, and the kind of caller that can't use the endpoint. */
export interface WriteEndpoint extends EndpointCase {
  readonly not?: "user" | "api-key";
}

const secret = createTotpSecret();
const origin = "https://panel.example.test";
const readers = { name: "Readers", permissions: ["campaigns:view"] };
const campaigns = { campaigns: { label: "Campaigns", actions: { view: {} } } };
const invitations = ({ acme }: Scenario) => [{ email: "new@example.test", roleIds: [acme.roles.viewer] }];
const invitationIds = ({ ids }: Scenario) => ({ invitationIds: [ids["invitationId"]] });

const ownImport =
  (status: "uploaded" | "done"): NonNullable<EndpointCase["own"]> =>
  async (t, _actor, _sessionId, { scenario: { actor, apiKey, ids }, as }) => {
    const by = { type: as, id: as === "user" ? actor.userId : apiKey.apiKeyId };
    const importId = await storeImport(t, ids["organizationId"] ?? "", { by, status, created: 1 });
    return { ids: { ...ids, importId } };
  };

/** Every write of the contract that needs a caller, with a request that succeeds. */
export const writeEndpoints: readonly WriteEndpoint[] = [
  { endpoint: contract.editUser, body: ({ acme }) => ({ name: "New", roleIds: [acme.roles.owner] }) },
  { endpoint: contract.editUser, query: "?preview=true", body: () => ({ roleIds: [] }) },
  { endpoint: contract.removeUser },
  {
    endpoint: contract.createUser,
    body: ({ acme }) => ({ email: "elsewhere@example.test", name: "New", roleIds: [acme.roles.viewer] }),
  },
  {
    endpoint: contract.putUserByExternalId,
    body: ({ acme }) => ({ email: "elsewhere@example.test", name: "New", roleIds: [acme.roles.viewer] }),
  },
  {
    endpoint: contract.createUserJob,
    body: ({ ids }) => ({ action: "suspend", users: { ids: [ids["userId"]] } }),
  },
  {
    endpoint: contract.previewUserJob,
    body: ({ ids }) => ({ action: "suspend", users: { ids: [ids["userId"]] } }),
  },
  { endpoint: contract.cancelUserJob },
  { endpoint: contract.createUserImport, body: () => ({ fileName: "people.csv" }) },
  {
    endpoint: contract.uploadUserImportPart,
    body: () => ({ number: 2, text: "x@example.test" }),
    own: ownImport("uploaded"),
  },
  { endpoint: contract.startUserImport, body: () => ({ as: "users" }), own: ownImport("uploaded") },
  { endpoint: contract.cancelUserImport, own: ownImport("uploaded") },
  { endpoint: contract.undoUserImport, own: ownImport("done") },
  { endpoint: contract.sendPasswordReset },
  { endpoint: contract.remindTwoFactor },
  { endpoint: contract.remindAllTwoFactor },
  { endpoint: contract.endUserSession },
  { endpoint: contract.endUserSessions },
  { endpoint: contract.editOrganization, body: () => ({ name: "New", security: { sessionMaxDays: 7 } }) },
  {
    endpoint: contract.editOrganization,
    query: "?preview=true",
    body: () => ({ security: { sessionMaxDays: 7 } }),
  },
  {
    endpoint: contract.putPermissions,
    query: `?drop=${exampleCatalogue.permissions.join(",")}`,
    body: () => campaigns,
  },
  { endpoint: contract.putPermissions, query: "?preview=true", body: () => campaigns },
  { endpoint: contract.createRole, body: () => readers },
  { endpoint: contract.editRole, body: () => readers },
  { endpoint: contract.editRole, query: "?preview=true", body: () => readers },
  { endpoint: contract.deleteRole },
  { endpoint: contract.sendInvitations, body: (scenario) => ({ invitations: invitations(scenario) }) },
  { endpoint: contract.checkInvitations, body: (scenario) => ({ invitations: invitations(scenario) }) },
  { endpoint: contract.resendInvitation },
  { endpoint: contract.copyInvitationLink },
  { endpoint: contract.revokeInvitation },
  { endpoint: contract.copyInvitationLinks, body: invitationIds },
  { endpoint: contract.resendInvitations, body: invitationIds },
  { endpoint: contract.revokeInvitations, body: invitationIds },
  { endpoint: contract.restoreInvitations, body: invitationIds },
  { endpoint: contract.sendTestMail, not: "api-key" },
  {
    endpoint: contract.createApiKey,
    body: () => ({ name: "Reports", permissions: ["reports:view"], expiresAt: "2099-01-01T00:00:00Z" }),
    not: "api-key",
  },
  { endpoint: contract.revokeApiKey, not: "api-key" },
  { endpoint: contract.introspectSession, body: () => ({ token: "t" }), not: "user" },
  {
    endpoint: contract.createHandOff,
    body: () => ({ origin, state: "s".repeat(43), consent: true }),
    not: "api-key",
  },
  { endpoint: contract.signOut, not: "api-key" },
  { endpoint: contract.signOutEverywhere, not: "api-key" },
  { endpoint: contract.editMe, body: () => ({ name: "New" }), not: "api-key" },
  {
    endpoint: contract.changePassword,
    body: () => ({
      currentPassword: "correct horse battery staple",
      newPassword: "seven green copper gates",
    }),
    not: "api-key",
  },
  { endpoint: contract.changeEmail, body: () => ({ email: "changed@example.test" }), not: "api-key" },
  {
    endpoint: contract.stepUp,
    body: () => ({ password: "correct horse battery staple" }),
    not: "api-key",
  },
  { endpoint: contract.startTotp, not: "api-key" },
  {
    endpoint: contract.confirmTotp,
    prepare: (t, { actor }) => addAuthenticator(t, actor, { secret, isConfirmed: false }),
    own: async ({ clock }) => ({ body: { code: computeTotpCode(secret, getTotpStep(clock.now())) } }),
    not: "api-key",
  },
  {
    endpoint: contract.removeTotp,
    prepare: (t, { actor }) => addAuthenticator(t, actor, { secret, isConfirmed: false }),
    not: "api-key",
  },
  {
    endpoint: contract.createRecoveryCodes,
    prepare: async (t, { actor }) => {
      await addAuthenticator(t, actor, { secret });
      await t.sql("UPDATE sessions SET two_factor = true WHERE account_id = $1", [actor.accountId]);
    },
    not: "api-key",
  },
  {
    endpoint: contract.removeSecondFactors,
    prepare: async (t, { ids }) => {
      const [user] = await t.sql("SELECT account_id AS id FROM users WHERE user_id = $1", [ids["userId"]]);
      await addAuthenticator(t, { accountId: String(user?.["id"]) }, { secret });
    },
  },
  { endpoint: contract.createPasskeyOptions, not: "api-key" },
  {
    endpoint: contract.addPasskey,
    own: async ({ deps }, actor, sessionId) => ({ body: createRegistration(deps, actor, sessionId) }),
    not: "api-key",
  },
  {
    endpoint: contract.renamePasskey,
    own: async (t, actor) => ({ ids: { passkeyId: await insertPasskey(t, actor) }, body: { name: "Phone" } }),
    not: "api-key",
  },
  {
    endpoint: contract.removePasskey,
    own: async (t, actor) => ({ ids: { passkeyId: await insertPasskey(t, actor) } }),
    not: "api-key",
  },
  { endpoint: contract.endMySession, not: "api-key" },
  { endpoint: contract.endMyOtherSessions, not: "api-key" },
];

/** The writes that anybody may send. */
export const publicEndpoints: readonly Endpoint[] = [
  contract.lookUpSetup,
  contract.setUp,
  contract.signIn,
  contract.signInWithSecondFactor,
  contract.createSignInOptions,
  contract.signInWithPasskey,
  contract.lookUpInvitation,
  contract.acceptInvitation,
  contract.requestPasswordReset,
  contract.lookUpPasswordReset,
  contract.completePasswordReset,
  contract.confirmEmailChange,
  contract.cancelEmailChange,
  contract.reportSignIn,
];

/** Writes of the operator, whose token can't be revoked while the server runs. */
export const operatorEndpoints: readonly Endpoint[] = [
  contract.createOrganization,
  contract.editOperatedOrganization,
  contract.deleteOrganization,
  contract.restoreOrganization,
  contract.putInstallationCatalogue,
];
