/** The endpoints of the signed-in account. */
import { permissionSet } from "@gatehouse/access";
import type { Language, MeView } from "@gatehouse/sdk/contract";
import * as contract from "@gatehouse/sdk/contract";
import { type AuditChange, type AuditEntry, record } from "../../audit/record.ts";
import type { AccountActor } from "../../auth/actor.ts";
import { authorizeAccountWrite } from "../../auth/authorize-write.ts";
import { loadPermissions } from "../../auth/memberships.ts";
import type { PermissionEnds } from "../../auth/permission-ends.ts";
import { sessionStatement } from "../../auth/session-rows.ts";
import type { Tx } from "../../db/database.ts";
import { enterOrganization } from "../../db/enter-organization.ts";
import type { Deps } from "../../deps.ts";
import type { Route } from "../../http/route.ts";
import { renameUser } from "../users/index.ts";
import {
  listContacts,
  listOrganizations,
  listPanels,
  listRoleNames,
  type OrganizationOfAccount,
  updateAccount,
} from "./queries.ts";

/** The account of the session, with its effective permissions in each organization. */
async function getMe(
  deps: Pick<Deps, "db" | "clock" | "mailer">,
  account: AccountActor,
  textLanguage: Language | null,
): Promise<MeView> {
  const now = deps.clock.now();
  const organizations = await deps.db.shared(
    async (tx) => {
      const views: MeView["organizations"] = [];
      for (const organization of await listOrganizations(tx, account.accountId))
        views.push(await loadOrganizationView(tx, organization, { account, textLanguage, now }));
      return views;
    },
    { readOnly: true },
  );
  const { accountId, name, email, language } = account;
  return { account: { id: accountId, name, email, language }, organizations, mail: deps.mailer.kind };
}

/** The transaction enters one organization after the other, because each is a separate tenant. */
async function loadOrganizationView(
  tx: Tx,
  organization: OrganizationOfAccount,
  {
    account: { accountId, sessionId, name, origin },
    textLanguage,
    now,
  }: { readonly account: AccountActor; readonly textLanguage: Language | null; readonly now: Date },
): Promise<MeView["organizations"][number]> {
  await enterOrganization(tx, organization.id);
  const session = { accountId, sessionId, address: origin.ip, now };
  const { rows } = await tx.query(sessionStatement(organization.id, session));
  const [membership] = rows;
  const unmetRule = membership?.unmetRule ?? null;
  const isActive = membership?.status === "active" && unmetRule === null;
  const loaded = isActive ? await loadPermissions(tx, organization.id, membership) : null;
  return {
    ...organization,
    userName: membership?.userName ?? name,
    roles: await listRoleNames(
      tx,
      organization.id,
      unmetRule === null ? (membership?.roles ?? []) : [],
      textLanguage,
    ),
    permissions: loaded === null ? [] : [...permissionSet.names(loaded.permissions)],
    ...(loaded === null || loaded.permissionEnds.size === 0
      ? {}
      : { permissionEnds: toView(loaded.permissionEnds) }),
    isOwner: isActive && membership.roles.some(({ isOwner }) => isOwner),
    panels: isActive ? await listPanels(tx, organization.id) : [],
    unmetRule,
    twoFactorDueAt: membership?.twoFactorDueAt?.toISOString() ?? null,
    contacts:
      (isActive && membership.roles.length === 0) || unmetRule === "network"
        ? await listContacts(tx, organization, now)
        : [],
  };
}

function toView(ends: PermissionEnds): Record<string, string> {
  return Object.fromEntries([...ends].map(([permission, end]) => [permission, end.toISOString()]));
}

interface MeEdit {
  readonly name?: string | undefined;
  readonly language?: Language | undefined;
}

/**
 * Edits the name or language of the account, and records it in each of its organizations. A user has the account's name until
 * an access manager gives another; so the users who still have it are renamed, too.
 */
async function editMe(
  deps: Pick<Deps, "db" | "clock" | "ids" | "mailer">,
  account: AccountActor,
  { edit, textLanguage }: { readonly edit: MeEdit; readonly textLanguage: Language | null },
): Promise<MeView> {
  const after = await authorizeAccountWrite(deps, account, async (tx, account) => {
    const after = {
      ...account,
      name: edit.name ?? account.name,
      language: edit.language ?? account.language,
    };
    const changes = (["name", "language"] as const)
      .filter((field) => account[field] !== after[field])
      .map((field) => ({ field, before: account[field], after: after[field] }));
    if (changes.length === 0) return after;
    await updateAccount(tx, { id: account.accountId, name: after.name, language: after.language });
    for (const organization of await listOrganizations(tx, account.accountId)) {
      await enterOrganization(tx, organization.id);
      await recordEdit(deps, tx, { account, after, changes, organization });
    }
    return after;
  });
  return getMe(deps, after, textLanguage);
}

interface RecordedEdit {
  readonly account: AccountActor;
  readonly after: AccountActor;
  readonly changes: readonly AuditChange[];
  readonly organization: OrganizationOfAccount;
}

/** Renames the user of the transaction's organization if they have the account's name, and records the edit there. */
async function recordEdit(
  deps: Pick<Deps, "clock" | "ids">,
  tx: Tx,
  { account, after, changes, organization: { id: organizationId, userId } }: RecordedEdit,
): Promise<void> {
  const { name, email, origin } = account;
  const actor = { type: "user", id: userId, name, organizationId, origin } as const;
  const target = { type: "account", id: account.accountId, name: after.name };
  const entries: AuditEntry[] = [{ action: "accounts.edited", target, changes }];
  const renamed = { id: userId, email, before: name, after: after.name };
  if (name !== after.name && (await renameUser(tx, organizationId, renamed)))
    entries.push({
      action: "users.edited",
      target: { type: "user", id: userId, name },
      changes: changes.filter(({ field }) => field === "name"),
    });
  await record(deps, tx, actor, entries);
}

/** Registers the endpoints of the signed-in account. */
export function registerAccountRoutes(route: Route, deps: Deps): void {
  route(contract.getMe, { account: true }, async ({ account, language }) => ({
    body: await getMe(deps, account, language),
  }));
  route(contract.editMe, { account: true }, async ({ account, language, body }) => ({
    body: await editMe(deps, account, { edit: body, textLanguage: language }),
  }));
}
