/** Helpers for tests of invitations. */
import type { InvitationView, SendInvitationsResult } from "@gatehouse/sdk/contract";
import type { MailMessage } from "../src/ports/mailer.ts";
import type { ApiClient, ApiResponse } from "./api-client.ts";
import type { TestApp } from "./create-test-app.ts";
import type { TestOrganization } from "./factories.ts";
import type { Row } from "./test-database.ts";

/** Satisfies the password policy. */
export const validPassword = "seven green copper gates";

/** The result for one address. */
export type InvitationResult = SendInvitationsResult["results"][number];

/** Invites addresses, by default as the owner. */
export async function inviteAll(
  t: TestApp,
  organization: TestOrganization,
  options: {
    readonly emails: readonly string[];
    /** Keys of example roles, or ids. */
    readonly roles?: readonly string[];
    readonly by?: ApiClient;
    readonly more?: Readonly<Record<string, unknown>>;
  },
): Promise<readonly InvitationResult[]> {
  const known: Readonly<Record<string, string>> = organization.roles;
  const roleIds = (options.roles ?? ["viewer"]).map((role) => known[role] ?? role);
  const client = options.by ?? t.as(organization.owner);
  const response = await client.post(`/organizations/${organization.organizationId}/invitations`, {
    invitations: options.emails.map((email) => ({ email, roleIds })),
    ...options.more,
  });
  if (response.statusCode !== 200) throw new Error(`${response.statusCode}: ${response.body}`);
  return response.json<SendInvitationsResult>().results;
}

/** Invites one address and returns the invitation. */
export async function invite(
  t: TestApp,
  organization: TestOrganization,
  email: string,
  options: Omit<Parameters<typeof inviteAll>[2], "emails"> = {},
): Promise<InvitationView> {
  const [result] = await inviteAll(t, organization, { ...options, emails: [email] });
  if (result?.invitation === undefined) throw new Error(`No invitation: ${JSON.stringify(result)}`);
  return result.invitation;
}

/** The token in a link or an email. */
export function extractToken(text: string | MailMessage | undefined): string {
  const found = /\/accept#(\S+)/.exec(typeof text === "string" ? text : (text?.text ?? ""))?.[1];
  if (found === undefined) throw new Error("No invitation link found.");
  return found;
}

/** The token of an invitation's current link, requested by the owner. */
export async function getInvitationToken(
  t: TestApp,
  organization: TestOrganization,
  invitationId: string,
): Promise<string> {
  const path = `/organizations/${organization.organizationId}/invitations/${invitationId}/link`;
  const response = await t.as(organization.owner).post(path);
  return extractToken(response.json<{ url: string }>().url);
}

/** Invites one address and returns the token of its link. */
export async function inviteAndGetToken(
  t: TestApp,
  organization: TestOrganization,
  email: string,
  options: Omit<Parameters<typeof inviteAll>[2], "emails"> = {},
): Promise<string> {
  return getInvitationToken(t, organization, (await invite(t, organization, email, options)).id);
}

/** Accepts an invitation with a new account. */
export function acceptWithNewAccount(
  t: TestApp,
  token: string,
  body: Readonly<Record<string, unknown>> = {},
): Promise<ApiResponse> {
  return t.anonymous.post("/invitations/accept", {
    token,
    name: "Elif Demirci",
    password: validPassword,
    ...body,
  });
}

/** Everything that an invitation may change. */
export async function getInvitationState(t: TestApp): Promise<readonly Row[]> {
  const tables = [
    "invitations",
    "invitation_roles",
    "users",
    "user_roles",
    "account_organizations",
    "audit_events",
  ];
  const rows = tables.map(
    (table) => `SELECT '${table}' AS "table", to_jsonb(x) - 'last_active_at' AS row FROM ${table} x
      ${table === "audit_events" ? "WHERE action <> 'access.refused'" : ""}`,
  );
  return t.sql(`${rows.join(" UNION ALL ")} ORDER BY 1, 2`);
}

/** Adds `count` pending invitations to `…1@lodos.example`, `…2@lodos.example` and so on, in one statement. */
export async function addPendingInvitations(
  t: Pick<TestApp, "sql">,
  { organizationId }: Pick<TestOrganization, "organizationId">,
  { count, prefix }: { readonly count: number; readonly prefix: string },
): Promise<void> {
  await t.sql(
    `INSERT INTO invitations (organization_id, invitation_id, email, search_key, name, language, status, invited_by_type,
       invited_by_name, created_at, expires_at, delivery, last_sent_at)
     SELECT $1, gen_random_uuid(), $3 || n || '@lodos.example', 'guest', 'Guest', 'en', 'pending', 'system', 'Test', now(), now(),
       'sent', now()
     FROM generate_series(1, $2::integer) n`,
    [organizationId, count, prefix],
  );
}
