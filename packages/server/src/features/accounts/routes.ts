/** The endpoints of the signed-in account. */
import type { Language, MeView } from "@gatehouse/sdk/contract";
import * as contract from "@gatehouse/sdk/contract";
import { type AuditChange, type AuditEntry, record } from "../../audit/record.ts";
import type { AccountActor } from "../../auth/actor.ts";
import { authorizeAccountWrite } from "../../auth/authorize-write.ts";
import type { Tx } from "../../db/database.ts";
import { enterOrganization } from "../../db/enter-organization.ts";
import type { Deps } from "../../deps.ts";
import type { Route } from "../../http/route.ts";
import { renameUser } from "../users/index.ts";
import { getMe } from "./get-me.ts";
import {
  listOrganizations,
  listOrganizationsAhead,
  type OrganizationOfAccount,
  updateAccount,
} from "./queries.ts";

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
  route(
    contract.getMe,
    { account: true },
    ({ caller }) => listOrganizationsAhead(caller.accountId),
    async ({ account, language, ahead }) => ({ body: await getMe(deps, account, language, ahead) }),
  );
  route(contract.editMe, { account: true }, async ({ account, language, body }) => ({
    body: await editMe(deps, account, { edit: body, textLanguage: language }),
  }));
}
