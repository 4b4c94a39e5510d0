/** Steps that tests of invitations share. */
import type { InvitationView, SendInvitationsResult } from "@gatehouse/sdk/contract";
import type { MailMessage } from "../src/ports/mailer.ts";
import type { Answer, ApiClient } from "./api-client.ts";
import type { TestApp } from "./create-test-app.ts";
import type { Row } from "./create-test-database.ts";
import type { TestOrganization } from "./factories.ts";

/** A password that the policy takes. */
export const goodPassword = "seven green copper gates";

/** What becomes of one address. */
export type InvitationResult = SendInvitationsResult["results"][number];

/** Invites addresses with roles, as the owner unless somebody else is given. */
export async function inviteAll(
  t: TestApp,
  organization: TestOrganization,
  wishes: {
    readonly emails: readonly string[];
    /** Keys of example roles, or ids. */
    readonly roles?: readonly string[];
    readonly by?: ApiClient;
    readonly more?: Readonly<Record<string, unknown>>;
  },
): Promise<readonly InvitationResult[]> {
  const known: Readonly<Record<string, string>> = organization.roles;
  const roleIds = (wishes.roles ?? ["viewer"]).map((role) => known[role] ?? role);
  const client = wishes.by ?? t.as(organization.owner);
  const answer = await client.post(`/organizations/${organization.organizationId}/invitations`, {
    invitations: wishes.emails.map((email) => ({ email, roleIds })),
    ...wishes.more,
  });
  if (answer.statusCode !== 200) throw new Error(`${answer.statusCode}: ${answer.body}`);
  return answer.json<SendInvitationsResult>().results;
}

/** Invites one address and gives the invitation. */
export async function invite(
  t: TestApp,
  organization: TestOrganization,
  email: string,
  wishes: Omit<Parameters<typeof inviteAll>[2], "emails"> = {},
): Promise<InvitationView> {
  const [result] = await inviteAll(t, organization, { ...wishes, emails: [email] });
  if (result?.invitation === undefined) throw new Error(`No invitation: ${JSON.stringify(result)}`);
  return result.invitation;
}

/** The token in a link or in a mail. */
export function tokenIn(text: string | MailMessage | undefined): string {
  const found = /\/accept#(\S+)/.exec(typeof text === "string" ? text : (text?.text ?? ""))?.[1];
  if (found === undefined) throw new Error("There is no link.");
  return found;
}

/** The token of an invitation's present link, seen by the owner. */
export async function tokenOf(
  t: TestApp,
  organization: TestOrganization,
  invitationId: string,
): Promise<string> {
  const path = `/organizations/${organization.organizationId}/invitations/${invitationId}/link`;
  const answer = await t.as(organization.owner).post(path);
  return tokenIn(answer.json<{ url: string }>().url);
}

/** Invites one address and gives the token of its link. */
export async function inviteForToken(
  t: TestApp,
  organization: TestOrganization,
  email: string,
  wishes: Omit<Parameters<typeof inviteAll>[2], "emails"> = {},
): Promise<string> {
  return tokenOf(t, organization, (await invite(t, organization, email, wishes)).id);
}

/** Accepts as somebody who has no account yet. */
export function acceptAsNewcomer(
  t: TestApp,
  token: string,
  body: Readonly<Record<string, unknown>> = {},
): Promise<Answer> {
  return t.anonymous.post("/invitations/accept", {
    token,
    name: "Elif Demirci",
    password: goodPassword,
    ...body,
  });
}

/** Everything that an invitation may change, to show that it didn't. */
export async function stateOf(t: TestApp): Promise<readonly Row[]> {
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
