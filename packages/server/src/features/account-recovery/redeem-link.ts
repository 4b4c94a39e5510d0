import type { Tx } from "../../db/database.ts";
import type { Deps } from "../../deps.ts";
import { type LockedAccount, lockAccount, type StoredLink } from "../accounts/index.ts";
import { unknownLink } from "./errors.ts";
import { claimVerifiedLink, type PresentedLink, verifyLink } from "./verify-link.ts";

/** Claims a link and runs `work` in the same transaction, with the account locked. One of several concurrent uses succeeds. */
export async function redeemLink(
  deps: Pick<Deps, "db" | "clock">,
  presented: PresentedLink,
  work: (tx: Tx, account: LockedAccount, link: StoredLink) => Promise<void>,
): Promise<void> {
  const { accountId } = await verifyLink(deps, presented);
  await deps.db.shared(
    async (tx) => {
      const account = await lockAccount(tx, accountId);
      const link = await claimVerifiedLink(tx, presented, deps.clock.now());
      if (account === null) throw unknownLink(presented.kind);
      await work(tx, account, link);
    },
    { system: "the link is the proof" },
  );
}
