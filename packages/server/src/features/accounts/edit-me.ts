import type { Language, MeView } from "@gatehouse/sdk/contract";
import { record } from "../../audit/record.ts";
import { enterOrganization } from "../../database/enter-organization.ts";
import type { Deps } from "../../deps.ts";
import type { AccountActor } from "../../http/actor.ts";
import { authorizeAccountWrite } from "../../http/authorize-write.ts";
import { getMe } from "./get-me.ts";
import { listOrganizations, updateAccount } from "./queries.ts";

/** What one may change of one's own account. The name that an organization shows belongs to the organization. */
export interface MeEdit {
  readonly name?: string | undefined;
  readonly language?: Language | undefined;
}

/** Changes one's own name or language, and says so in the log of each of one's organizations. */
export async function editMe(
  deps: Pick<Deps, "db" | "clock" | "ids" | "mailer">,
  account: AccountActor,
  edit: MeEdit,
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
    for (const { id, userId } of await listOrganizations(tx, account.accountId)) {
      await enterOrganization(tx, id);
      const actor = {
        type: "user",
        id: userId,
        name: account.name,
        organizationId: id,
        origin: account.origin,
      } as const;
      const target = { type: "account", id: account.accountId, name: after.name };
      await record(deps, tx, actor, [{ action: "accounts.edited", target, changes }]);
    }
    return after;
  });
  return getMe(deps, after);
}
