/** @gatehouse/sdk/client: the whole API, one function per operation, with the contract's types. */
import type { ConnectionSettings } from "./configuration.ts";
import { createConnection } from "./connection.ts";
import { toGatehouseError, unreachable } from "./gatehouse-error.ts";
import {
  type Operation,
  type RequestArguments,
  type RequestParts,
  type ResponseBodyOf,
  type RouteName,
  readBody,
  sendRequest,
  type Transport,
} from "./request.ts";

type OperationOf<N extends Operation["operationId"], O = Operation> = O extends Operation & {
  readonly operationId: N;
}
  ? O
  : never;

/**
 * The arguments of an operation: `params`, `query` and `body` of the contract; `ifMatch`, the `etag` that an edit is based on;
 * `idempotencyKey`, so that a repeated `POST` has no second effect; and a `signal` to abort it. `organizationId` in `params`
 * defaults to the client's.
 */
export type ArgumentsOf<N extends Operation["operationId"]> = RequestArguments<OperationOf<N>>;

/**
 * The result of an operation: `body`, and `etag` for the next `ifMatch` (null for resources without versions). For files and
 * streams the `Response` itself.
 */
export type AnswerOf<N extends Operation["operationId"]> = OperationOf<N>["success"] extends {
  readonly media: unknown;
}
  ? Response
  : {
      readonly body: ResponseBodyOf<OperationOf<N>>;
      readonly etag: string | null;
    };

/** One function per operation. Each rejects with a `GatehouseError`. */
export type GatehouseClient = {
  readonly [N in Operation["operationId"]]: object extends ArgumentsOf<N>
    ? (args?: ArgumentsOf<N>) => Promise<AnswerOf<N>>
    : (args: ArgumentsOf<N>) => Promise<AnswerOf<N>>;
};

/** Options of `createClient`. */
export interface ClientOptions extends ConnectionSettings {
  readonly fetch?: typeof fetch;
  /** Response timeout in milliseconds; default 30,000. Streams have no timeout. */
  readonly timeout?: number;
}

/**
 * Creates a client for an organization's API key.
 *
 * ```ts
 * const client = createClient({ url, apiKey });
 * const { body, etag } = await client.getUser({ params: { userId } });
 * await client.editUser({ params: { userId }, body: { name: "Ada" }, ifMatch: etag });
 * ```
 */
export function createClient(options: ClientOptions): GatehouseClient {
  const timeout = options.timeout ?? 30_000;
  const { url, organizationId, send } = createConnection({ ...options, timeout });
  const transport: Transport = {
    base: `${url}/api/v1`,
    fetch: (to, init) =>
      send(to, init.signal || isStream(to) ? init : { ...init, signal: AbortSignal.timeout(timeout) }),
    createUnreachableError: (cause) => unreachable(url, cause),
    readError: (response) => toGatehouseError(url, response),
  };
  const call = async (route: RouteName, parts: RequestParts = {}): Promise<unknown> => {
    const response = await sendRequest(transport, route, {
      ...parts,
      params: { organizationId, ...parts.params },
    });
    const type = response.headers.get("content-type") ?? "";
    if (response.status !== 204 && !type.startsWith("application/json")) return response;
    return { body: await readBody(transport, response, parts), etag: response.headers.get("etag") };
  };
  const operations = Object.entries(routes).map(([name, route]) => [
    name,
    (args?: RequestParts) => call(route, args),
  ]);
  return Object.fromEntries(operations) as GatehouseClient;
}

function isStream(url: string): boolean {
  return /\/(events|changes)(?:\?|$)/.test(url);
}

type Routes = { readonly [O in Operation as O["operationId"]]: `${O["method"]} ${O["path"]}` };

/** Operation → "METHOD /path". The compiler checks it against the contract, so that the contract isn't bundled. */
const routes: Routes = {
  acceptInvitation: "POST /invitations/accept",
  addPasskey: "POST /me/passkeys",
  cancelEmailChange: "POST /email-changes/cancel",
  cancelUserImport: "DELETE /organizations/:organizationId/user-imports/:importId",
  cancelUserJob: "DELETE /organizations/:organizationId/user-jobs/:jobId",
  changeEmail: "POST /me/email",
  changePassword: "POST /me/password",
  checkInvitations: "POST /organizations/:organizationId/invitations/check",
  completePasswordReset: "POST /password-resets/complete",
  confirmEmailChange: "POST /email-changes/confirm",
  confirmTotp: "POST /me/totp/confirm",
  copyInvitationLink: "POST /organizations/:organizationId/invitations/:invitationId/link",
  copyInvitationLinks: "POST /organizations/:organizationId/invitations/links",
  countInvitations: "GET /organizations/:organizationId/invitations/counts",
  createApiKey: "POST /organizations/:organizationId/api-keys",
  createHandOff: "POST /organizations/:organizationId/hand-offs",
  createRecoveryCodes: "POST /me/recovery-codes",
  createPasskeyOptions: "POST /me/passkeys/options",
  createRole: "POST /organizations/:organizationId/roles",
  createSignInOptions: "POST /sessions/passkey/options",
  createUser: "POST /organizations/:organizationId/users",
  createUserImport: "POST /organizations/:organizationId/user-imports",
  createUserJob: "POST /organizations/:organizationId/user-jobs",
  deleteRole: "DELETE /organizations/:organizationId/roles/:roleId",
  editMe: "PATCH /me",
  editOrganization: "PATCH /organizations/:organizationId",
  editRole: "PATCH /organizations/:organizationId/roles/:roleId",
  editUser: "PATCH /organizations/:organizationId/users/:userId",
  endMyOtherSessions: "DELETE /me/sessions",
  endMySession: "DELETE /me/sessions/:sessionId",
  endUserSession: "DELETE /organizations/:organizationId/users/:userId/sessions/:sessionId",
  endUserSessions: "DELETE /organizations/:organizationId/users/:userId/sessions",
  exportAuditEvents: "GET /organizations/:organizationId/audit-events/export",
  exportUserImportRows: "GET /organizations/:organizationId/user-imports/:importId/rows/export",
  getAuditCheckpoint: "GET /organizations/:organizationId/audit-events/checkpoint",
  exportUserJobFailures: "GET /organizations/:organizationId/user-jobs/:jobId/failures",
  exportUsers: "GET /organizations/:organizationId/users/export",
  followAccess: "GET /organizations/:organizationId/changes",
  getInvitation: "GET /organizations/:organizationId/invitations/:invitationId",
  getMailSettings: "GET /organizations/:organizationId/mail",
  getMe: "GET /me",
  getOrganization: "GET /organizations/:organizationId",
  getPermissions: "GET /organizations/:organizationId/permissions",
  getRole: "GET /organizations/:organizationId/roles/:roleId",
  getSecurity: "GET /me/security",
  getSession: "GET /sessions/current",
  getSessionStatus: "GET /sessions/status",
  getSetup: "GET /setup",
  getUser: "GET /organizations/:organizationId/users/:userId",
  getUserImport: "GET /organizations/:organizationId/user-imports/:importId",
  getUserJob: "GET /organizations/:organizationId/user-jobs/:jobId",
  getUserPermissions: "GET /organizations/:organizationId/users/:userId/permissions",
  introspectSession: "POST /organizations/:organizationId/sessions/introspect",
  listApiKeys: "GET /organizations/:organizationId/api-keys",
  listAuditEvents: "GET /organizations/:organizationId/audit-events",
  listHolders: "GET /organizations/:organizationId/permissions/:permission/users",
  listInvitations: "GET /organizations/:organizationId/invitations",
  listMySessions: "GET /me/sessions",
  listMySignIns: "GET /me/sign-ins",
  listRoles: "GET /organizations/:organizationId/roles",
  listUserImportRows: "GET /organizations/:organizationId/user-imports/:importId/rows",
  listUserImports: "GET /organizations/:organizationId/user-imports",
  listUserJobResults: "GET /organizations/:organizationId/user-jobs/:jobId/results",
  listUserJobs: "GET /organizations/:organizationId/user-jobs",
  listUserSessions: "GET /organizations/:organizationId/users/:userId/sessions",
  listUsers: "GET /organizations/:organizationId/users",
  lookUpInvitation: "POST /invitations/lookup",
  lookUpPasswordReset: "POST /password-resets/lookup",
  lookUpSetup: "POST /setup/lookup",
  previewUserImport: "GET /organizations/:organizationId/user-imports/:importId/preview",
  previewUserJob: "POST /organizations/:organizationId/user-jobs/preview",
  putPermissions: "PUT /organizations/:organizationId/permissions",
  putUserByExternalId: "PUT /organizations/:organizationId/users/by-external-id/:externalId",
  removeSecondFactors: "DELETE /organizations/:organizationId/users/:userId/second-factors",
  removeTotp: "DELETE /me/totp",
  removePasskey: "DELETE /me/passkeys/:passkeyId",
  remindAllTwoFactor: "POST /organizations/:organizationId/two-factor-reminders",
  remindTwoFactor: "POST /organizations/:organizationId/users/:userId/two-factor-reminder",
  removeUser: "DELETE /organizations/:organizationId/users/:userId",
  renamePasskey: "PATCH /me/passkeys/:passkeyId",
  reportSignIn: "POST /sign-ins/report",
  requestPasswordReset: "POST /password-resets",
  resendInvitation: "POST /organizations/:organizationId/invitations/:invitationId/resend",
  resendInvitations: "POST /organizations/:organizationId/invitations/resend",
  restoreInvitations: "POST /organizations/:organizationId/invitations/restore",
  revokeApiKey: "DELETE /organizations/:organizationId/api-keys/:apiKeyId",
  revokeInvitation: "DELETE /organizations/:organizationId/invitations/:invitationId",
  revokeInvitations: "POST /organizations/:organizationId/invitations/revoke",
  sendInvitations: "POST /organizations/:organizationId/invitations",
  sendPasswordReset: "POST /organizations/:organizationId/users/:userId/password-reset",
  sendTestMail: "POST /organizations/:organizationId/mail/test",
  setUp: "POST /setup",
  signIn: "POST /sessions",
  signInWithPasskey: "POST /sessions/passkey",
  signInWithSecondFactor: "POST /sessions/second-factor",
  signOut: "DELETE /sessions/current",
  signOutEverywhere: "DELETE /sessions",
  startTotp: "POST /me/totp",
  startUserImport: "POST /organizations/:organizationId/user-imports/:importId/start",
  stepUp: "POST /sessions/current/step-up",
  streamEvents: "GET /organizations/:organizationId/events",
  suggestUserSearches: "GET /organizations/:organizationId/users/suggestions",
  undoUserImport: "POST /organizations/:organizationId/user-imports/:importId/undo",
  uploadUserImportPart: "POST /organizations/:organizationId/user-imports/:importId/parts",
};
