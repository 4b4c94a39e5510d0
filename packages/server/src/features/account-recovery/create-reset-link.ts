/** Reset links that are shown instead of sent. */
import { record } from "../../audit/record.ts";
import type { RequestOrigin } from "../../auth/actor.ts";
import type { Tx } from "../../db/database.ts";
import { enterOrganization } from "../../db/enter-organization.ts";
import type { Deps } from "../../deps.ts";
import {
  createUrl,
  endLinks,
  findAccountByEmail,
  insertLink,
  type LinkManager,
  listOrganizations,
  lockAccount,
} from "../accounts/index.ts";
import { resetLinkMs } from "./request-reset.ts";

type LinkDeps = Pick<Deps, "clock" | "ids" | "secrets" | "config">;

/** A link that is shown once. */
interface ShownLink {
  readonly url: string;
  readonly expiresAt: Date;
}

/**
 * Creates a reset link and ends the account's earlier ones. A link for a `manager` is limited to what they
 * may do. Null if the account can't sign in.
 */
export async function createResetLink(
  deps: LinkDeps,
  tx: Tx,
  { accountId, manager }: { readonly accountId: string; readonly manager?: LinkManager },
): Promise<ShownLink | null> {
  const account = await lockAccount(tx, accountId);
  if (account === null) return null;
  const createdAt = deps.clock.now();
  const expiresAt = new Date(createdAt.getTime() + resetLinkMs);
  const link = { id: deps.ids.next(), purpose: "password-reset", accountId, email: account.email } as const;
  await endLinks(tx, accountId, { purposes: ["password-reset"], now: createdAt });
  const limit = manager === undefined ? {} : { manager };
  await insertLink(tx, deps.secrets, { ...link, ...limit, createdAt, expiresAt });
  return { url: createUrl(deps.secrets, deps.config.publicUrl, link), expiresAt };
}

/**
 * A reset link for the operator of the server: the way back for an organization's only owner. Recorded in every organization
 * of the account. Null if no account has the address.
 */
export async function createResetLinkForOperator(
  deps: LinkDeps & Pick<Deps, "db">,
  email: string,
): Promise<ShownLink | null> {
  const origin: RequestOrigin = { ip: null, userAgent: "gatehouse account", requestId: deps.ids.next() };
  return deps.db.shared(
    async (tx) => {
      const account = await findAccountByEmail(tx, email);
      if (account === null) return null;
      const link = await createResetLink(deps, tx, { accountId: account.id });
      for (const { id, userId } of await listOrganizations(tx, account.id)) {
        await enterOrganization(tx, id);
        const actor = { type: "system", id: null, name: "Command line", organizationId: id, origin } as const;
        const target = { type: "user", id: userId, name: account.name };
        await record(deps, tx, actor, [{ action: "users.password-reset-link-created", target }]);
      }
      return link;
    },
    { system: "the operator gives a way back" },
  );
}
