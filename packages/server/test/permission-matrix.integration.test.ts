/** The status of every operation for every kind of caller, compared with a reviewed table. */
import { readFileSync } from "node:fs";
import type { Endpoint } from "@gatehouse/sdk/contract";
import * as contract from "@gatehouse/sdk/contract";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createBulkJobSteps } from "./bulk-jobs.ts";
import { createTestApp, type TestApp, testOrigin } from "./create-test-app.ts";
import { readDatabaseState } from "./database-state.ts";
import { storeImport } from "./imports.ts";
import { invite } from "./invitations.ts";
import { operatorToken } from "./operator-steps.ts";
import { addAuthenticator, openChallenge } from "./second-factors.ts";

const callers = [
  "anonymous",
  "no roles",
  "viewer",
  "manager",
  "owner",
  "other owner",
  "suspended",
  "read key",
  "expired key",
  "second factor pending",
  "policy not met",
  "stale session",
  "operator",
] as const;
type Caller = (typeof callers)[number];

type Headers = Readonly<Record<string, string>>;

/** Path parameters and credentials. */
interface Fixture {
  readonly ids: Readonly<Record<string, string>>;
  readonly credentials: (caller: Caller) => Promise<Headers>;
}

let t: TestApp;
let fixture: Fixture;

beforeAll(async () => {
  t = await createTestApp({ config: { operatorToken } });
  const acme = await t.organization("Acme");
  const people = {
    "no roles": await t.user(acme, { roles: [] }),
    viewer: await t.user(acme, { roles: ["viewer"] }),
    manager: await t.user(acme, { roles: ["app-admin"] }),
    owner: acme.owner,
    "other owner": (await t.organization("Elsewhere")).owner,
    suspended: await t.user(acme, { roles: ["owner"], status: "suspended" }),
    "policy not met": await t.user(acme, { roles: ["owner"] }),
    "stale session": await t.user(acme, { roles: ["owner"] }),
  };
  await t.sql("UPDATE organizations SET password_max_age_days = 30 WHERE organization_id = $1", [
    acme.organizationId,
  ]);
  await t.sql("UPDATE accounts SET password_changed_at = $2 WHERE account_id = $1", [
    people["policy not met"].accountId,
    new Date(t.clock.now().getTime() - 31 * 86_400_000),
  ]);
  const reading = ["users:view", "roles:view", "invitations:view", "audit:view"];
  const keys = {
    "read key": (await t.apiKey(acme, { permissions: reading })).key,
    "expired key": (await t.apiKey(acme, { expiresAt: t.clock.now() })).key,
  };
  const target = await t.user(acme, { roles: ["viewer"] });
  const invitation = await invite(t, acme, "invited@example.test");
  const pending = await t.user(acme, { roles: ["owner"] });
  await addAuthenticator(t, pending);
  const { cookie: challenge } = await openChallenge(t, pending);
  const job = await createBulkJobSteps(t, acme).run({ action: "restore", users: { ids: [target.userId] } });
  fixture = {
    ids: {
      organizationId: acme.organizationId,
      userId: target.userId,
      roleId: acme.roles.marketer,
      invitationId: invitation.id,
      sessionId: target.userId,
      apiKeyId: target.userId,
      passkeyId: target.userId,
      jobId: job.id,
      importId: await storeImport(t, acme.organizationId, {
        by: { type: "user", id: acme.owner.userId },
        status: "done",
      }),
      permission: "users:view",
      externalId: "crm-42",
    },
    credentials: async (caller): Promise<Headers> => {
      if (caller === "operator") return { authorization: `Bearer ${operatorToken}` };
      if (caller === "anonymous") return { origin: testOrigin };
      if (caller === "second factor pending") return { origin: testOrigin, cookie: challenge };
      if (caller === "read key" || caller === "expired key")
        return { authorization: `Bearer ${keys[caller]}` };
      const cookie = `gatehouse=${await t.session(people[caller])}`;
      if (caller === "stale session")
        await t.sql("UPDATE sessions SET created_at = created_at - interval '10 minutes'");
      return { origin: testOrigin, cookie };
    },
  };
});
afterAll(() => t.close());

/**
 * One row. Where possible, an invalid version or body stops authorized requests after authorization, so that no row changes the
 * data of the next ones.
 */
interface Row {
  readonly endpoint: Endpoint;
  readonly title?: string;
  readonly body?: unknown;
  readonly query?: string;
}

const rows: readonly Row[] = [
  { endpoint: contract.getSetup },
  { endpoint: contract.setUp, body: {} },
  { endpoint: contract.signIn, body: {} },
  { endpoint: contract.signInWithSecondFactor, body: {} },
  { endpoint: contract.createSignInOptions },
  { endpoint: contract.signInWithPasskey, body: {} },
  { endpoint: contract.getSession },
  { endpoint: contract.getSessionStatus },
  { endpoint: contract.signOut },
  { endpoint: contract.signOutEverywhere },
  { endpoint: contract.getMe },
  { endpoint: contract.editMe, body: { name: "" } },
  { endpoint: contract.changePassword, body: {} },
  { endpoint: contract.changeEmail, body: {} },
  { endpoint: contract.stepUp, body: {} },
  { endpoint: contract.getSecurity },
  { endpoint: contract.startTotp },
  { endpoint: contract.confirmTotp, body: {} },
  { endpoint: contract.removeTotp },
  { endpoint: contract.createRecoveryCodes },
  { endpoint: contract.createPasskeyOptions },
  { endpoint: contract.addPasskey, body: {} },
  { endpoint: contract.renamePasskey, body: {} },
  { endpoint: contract.removePasskey },
  { endpoint: contract.requestPasswordReset, body: {} },
  { endpoint: contract.lookUpPasswordReset, body: {} },
  { endpoint: contract.completePasswordReset, body: {} },
  { endpoint: contract.confirmEmailChange, body: {} },
  { endpoint: contract.cancelEmailChange, body: {} },
  { endpoint: contract.reportSignIn, body: {} },
  { endpoint: contract.listMySessions },
  { endpoint: contract.listMySignIns },
  { endpoint: contract.endMySession },
  { endpoint: contract.endMyOtherSessions },
  { endpoint: contract.listUsers },
  { endpoint: contract.exportUsers },
  { endpoint: contract.suggestUserSearches, query: "?query=bejnamin" },
  { endpoint: contract.getUser },
  { endpoint: contract.editUser, title: "name", body: { name: "New" } },
  { endpoint: contract.editUser, title: "status", body: { status: "suspended" } },
  { endpoint: contract.editUser, title: "roles", body: { roleIds: [] } },
  { endpoint: contract.editUser, title: "preview", body: { roleIds: [] }, query: "?preview=true" },
  { endpoint: contract.createUser, body: {} },
  { endpoint: contract.putUserByExternalId, body: {} },
  { endpoint: contract.sendPasswordReset },
  { endpoint: contract.removeSecondFactors },
  { endpoint: contract.remindTwoFactor },
  { endpoint: contract.remindAllTwoFactor },
  { endpoint: contract.removeUser },
  { endpoint: contract.createUserJob, body: {} },
  { endpoint: contract.previewUserJob, body: {} },
  { endpoint: contract.listUserJobs },
  { endpoint: contract.getUserJob },
  { endpoint: contract.listUserJobResults },
  { endpoint: contract.exportUserJobFailures },
  { endpoint: contract.cancelUserJob, title: "ended" },
  { endpoint: contract.createUserImport, body: {} },
  { endpoint: contract.uploadUserImportPart, body: {} },
  { endpoint: contract.previewUserImport },
  { endpoint: contract.startUserImport, body: {} },
  { endpoint: contract.listUserImports },
  { endpoint: contract.getUserImport },
  { endpoint: contract.cancelUserImport, title: "ended" },
  { endpoint: contract.listUserImportRows },
  { endpoint: contract.exportUserImportRows },
  { endpoint: contract.undoUserImport },
  { endpoint: contract.getUserPermissions },
  { endpoint: contract.listUserSessions },
  { endpoint: contract.endUserSession },
  { endpoint: contract.endUserSessions },
  { endpoint: contract.getOrganization },
  { endpoint: contract.editOrganization, body: { name: "New" } },
  { endpoint: contract.editOrganization, title: "rules", body: { security: { sessionMaxDays: 7 } } },
  { endpoint: contract.editOrganization, title: "people", body: {}, query: "?preview=true" },
  { endpoint: contract.getPermissions },
  { endpoint: contract.putPermissions, body: {} },
  { endpoint: contract.putPermissions, title: "preview", body: {}, query: "?preview=true" },
  { endpoint: contract.listHolders },
  { endpoint: contract.listRoles },
  { endpoint: contract.createRole, body: {} },
  { endpoint: contract.getRole },
  { endpoint: contract.editRole, body: { name: "New" } },
  { endpoint: contract.editRole, title: "preview", body: { permissions: [] }, query: "?preview=true" },
  { endpoint: contract.deleteRole },
  { endpoint: contract.listInvitations },
  { endpoint: contract.countInvitations },
  { endpoint: contract.sendInvitations, body: {} },
  { endpoint: contract.checkInvitations, body: {} },
  { endpoint: contract.getInvitation },
  { endpoint: contract.resendInvitation, body: { more: 1 } },
  { endpoint: contract.copyInvitationLink, body: { more: 1 } },
  { endpoint: contract.revokeInvitation, body: { more: 1 } },
  { endpoint: contract.copyInvitationLinks, body: {} },
  { endpoint: contract.resendInvitations, body: {} },
  { endpoint: contract.revokeInvitations, body: {} },
  { endpoint: contract.restoreInvitations, body: {} },
  { endpoint: contract.lookUpSetup, body: {} },
  { endpoint: contract.lookUpInvitation, body: {} },
  { endpoint: contract.acceptInvitation, body: {} },
  { endpoint: contract.getMailSettings },
  { endpoint: contract.sendTestMail },
  { endpoint: contract.listApiKeys },
  { endpoint: contract.createApiKey, body: {} },
  { endpoint: contract.revokeApiKey },
  { endpoint: contract.listAuditEvents },
  { endpoint: contract.getAuditCheckpoint },
  { endpoint: contract.exportAuditEvents },
  { endpoint: contract.streamEvents },
  { endpoint: contract.followAccess },
  { endpoint: contract.introspectSession, body: { token: "t" } },
  { endpoint: contract.createHandOff, body: { origin: "https://panel.example.com", state: "s".repeat(43) } },
  { endpoint: contract.listOrganizations },
  { endpoint: contract.createOrganization, body: {} },
  { endpoint: contract.getOperatedOrganization },
  { endpoint: contract.editOperatedOrganization, body: { status: "suspended" } },
  { endpoint: contract.deleteOrganization, body: {} },
  { endpoint: contract.restoreOrganization },
  { endpoint: contract.followOrganizations },
  { endpoint: contract.readOrganizationAccess },
  { endpoint: contract.getInstallationCatalogue },
  { endpoint: contract.putInstallationCatalogue, body: {} },
];

async function send({ endpoint, body, query = "" }: Row, caller: Caller): Promise<number> {
  const path = endpoint.path.replaceAll(/:(\w+)/g, (_, name: string) => fixture.ids[name] ?? name);
  const response = await t.app.inject({
    method: endpoint.method,
    url: `/api/v1${path}${query}`,
    headers: {
      ...(await fixture.credentials(caller)),
      "if-match": '"999"',
      "idempotency-key": `${endpoint.operationId} ${caller}`.replaceAll(" ", "-"),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
    payloadAsStream: true, // event streams don't end
  });
  response.stream().destroy();
  return response.statusCode;
}

const toTitle = ({ endpoint, title }: Row): string =>
  [endpoint.operationId, title].filter((part) => part !== undefined).join(", ");

/** A line of the table. */
const toLine = (title: string, cells: readonly string[]): string =>
  `${title.padEnd(24)} ${cells.map((cell, at) => cell.padEnd(callers[at]?.length ?? 0)).join("  ")}`.trimEnd();

const [head, ...lines] = readFileSync(new URL("permission-matrix.txt", import.meta.url), "utf8")
  .trimEnd()
  .split("\n");

/** All tables except the sessions, which differ for each request. */
const readState = async () => ({ ...(await readDatabaseState(t)), sessions: null });

test.for(rows.map((row, index) => ({ title: toTitle(row), row, index })))(
  "$title: returns the statuses of the reviewed table, and rejected requests change nothing",
  async ({ title, row, index }) => {
    const cells: string[] = [];
    let before = await readState();
    for (const caller of callers) {
      await t.sql("DELETE FROM sessions");
      const status = await send(row, caller);
      cells.push(String(status));
      const after = await readState();
      if (status >= 400) expect(after, caller).toEqual(before);
      before = after;
    }
    expect(toLine(title, cells)).toBe(lines[index]);
  },
);

test("the table has the same callers and rows as the test, in the same order", () => {
  expect(head).toBe(toLine("", callers));
  expect(lines.map((line) => line.slice(0, 24).trimEnd())).toEqual(rows.map(toTitle));
});

test("the table covers every operation of the contract", () => {
  const exported: readonly unknown[] = Object.values(contract);
  const operations = exported.flatMap((value) =>
    typeof value === "object" && value !== null && "operationId" in value ? [value.operationId] : [],
  );
  expect(operations.length).toBeGreaterThan(30);
  expect(new Set(rows.map(({ endpoint }) => endpoint.operationId))).toEqual(new Set(operations));
});
