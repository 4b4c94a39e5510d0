/** What an account may do in each of its organizations. */
import { permissionSet } from "@gatehouse/access";
import type { Language, MeView } from "@gatehouse/sdk/contract";
import type { AccountActor } from "../../auth/actor.ts";
import { findCachedPermissions, loadPermissions } from "../../auth/memberships.ts";
import type { PermissionEnds } from "../../auth/permission-ends.ts";
import { type PanelSessionRow, sessionStatement } from "../../auth/session-rows.ts";
import type { Tx } from "../../db/database.ts";
import { enterOrganization } from "../../db/enter-organization.ts";
import type { Deps } from "../../deps.ts";
import {
  listContacts,
  listOrganizations,
  listPanels,
  listRoleNames,
  type OrganizationOfAccount,
} from "./queries.ts";

/** Whose organizations are shown, and how. */
interface Viewer {
  readonly account: AccountActor;
  readonly textLanguage: Language | null;
  readonly now: Date;
}

/** The account of the session, with its effective permissions in each organization. */
export async function getMe(
  deps: Pick<Deps, "db" | "clock" | "mailer">,
  account: AccountActor,
  textLanguage: Language | null,
  ahead: readonly OrganizationOfAccount[] | null = null,
): Promise<MeView> {
  const viewer = { account, textLanguage, now: deps.clock.now() };
  const organizations = await deps.db.shared(
    async (tx) => {
      const found = ahead ?? (await listOrganizations(tx, account.accountId));
      const read = await Promise.all(found.map((organization) => readOrganization(tx, organization, viewer)));
      const views: MeView["organizations"] = [];
      for (const organization of read) views.push(await toView(tx, organization, viewer));
      return views;
    },
    { readOnly: true },
  );
  const { accountId, name, email, language } = account;
  return { account: { id: accountId, name, email, language }, organizations, mail: deps.mailer.kind };
}

/** What is read of each organization, whatever the account may do there. */
interface ReadOrganization {
  readonly organization: OrganizationOfAccount;
  readonly membership: PanelSessionRow | null;
  readonly roles: MeView["organizations"][number]["roles"];
  readonly panels: string[];
}

/**
 * Enters the organization and reads it, all in one message: nothing is awaited before the last statement is sent, so that the transaction
 * enters the next organization after it. In another one, these statements would find nothing.
 */
async function readOrganization(
  tx: Tx,
  organization: OrganizationOfAccount,
  { account: { accountId, sessionId, origin }, textLanguage, now }: Viewer,
): Promise<ReadOrganization> {
  const { id } = organization;
  const session = { accountId, sessionId, address: origin.ip, now };
  const [, { rows }, roles, panels] = await Promise.all([
    enterOrganization(tx, id),
    tx.query(sessionStatement(id, session)),
    listRoleNames(tx, id, { accountId, now }, textLanguage),
    listPanels(tx, id),
  ]);
  return { organization, membership: rows[0] ?? null, roles, panels };
}

async function toView(
  tx: Tx,
  { organization, membership, roles, panels }: ReadOrganization,
  { account: { name }, now }: Viewer,
): Promise<MeView["organizations"][number]> {
  const unmetRule = membership?.unmetRule ?? null;
  const active = membership?.status === "active" && unmetRule === null ? membership : null;
  const loaded = active === null ? null : await findPermissions(tx, organization.id, active);
  const needsContacts = active?.roles.length === 0 || unmetRule === "network";
  return {
    ...organization,
    userName: membership?.userName ?? name,
    roles: unmetRule === null && membership !== null ? roles : [],
    permissions: loaded === null ? [] : [...permissionSet.names(loaded.permissions)],
    ...(loaded === null || loaded.permissionEnds.size === 0
      ? {}
      : { permissionEnds: toTexts(loaded.permissionEnds) }),
    isOwner: active?.roles.some(({ isOwner }) => isOwner) ?? false,
    panels: active === null ? [] : panels,
    unmetRule,
    twoFactorDueAt: membership?.twoFactorDueAt?.toISOString() ?? null,
    contacts: needsContacts ? await findContacts(tx, organization, now) : [],
  };
}

/** Without a statement if the roles are in memory. */
async function findPermissions(tx: Tx, organizationId: string, membership: PanelSessionRow) {
  const cached = findCachedPermissions(organizationId, membership);
  if (cached !== null) return cached;
  await enterOrganization(tx, organizationId);
  return loadPermissions(tx, organizationId, membership);
}

async function findContacts(tx: Tx, organization: OrganizationOfAccount, now: Date) {
  await enterOrganization(tx, organization.id);
  return listContacts(tx, organization, now);
}

function toTexts(ends: PermissionEnds): Record<string, string> {
  return Object.fromEntries([...ends].map(([permission, end]) => [permission, end.toISOString()]));
}
