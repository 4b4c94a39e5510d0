/** Fresh authentication: some requests need one of the last ten minutes in this session ("step-up"). */
import type { AccountActor } from "../../auth/actor.ts";
import { authorizeAccountWrite } from "../../auth/authorize-write.ts";
import type { Tx } from "../../db/database.ts";
import { sql } from "../../db/sql.ts";
import type { Deps } from "../../deps.ts";
import { ApiError } from "../../errors/api-error.ts";
import { findAccountByEmail, isPasswordUnchanged } from "../accounts/index.ts";
import { findAuthenticationTime } from "./queries.ts";
import { verifyOwnPassword, wrongPassword } from "./verify-own-password.ts";

/** How long an authentication counts as fresh. */
const freshMs = 10 * 60_000;

/**
 * Verifies the password again and records that in the session.
 * @throws ApiError passwords/wrong, throttled, busy, auth/required
 */
export async function stepUp(
  deps: Pick<Deps, "db" | "clock" | "passwords">,
  account: AccountActor,
  password: string,
): Promise<void> {
  const stored = await deps.db.shared((tx) => findAccountByEmail(tx, account.email), { readOnly: true });
  if (stored === null) throw wrongPassword("password");
  await verifyOwnPassword(deps, account, { passwordHash: stored.passwordHash, password, path: "password" });
  await authorizeAccountWrite(deps, account, async (tx, { accountId, sessionId }) => {
    if (!(await isPasswordUnchanged(tx, stored))) throw wrongPassword("password");
    await tx.query(sql`
      UPDATE sessions SET authenticated_at = ${deps.clock.now()}
      WHERE account_id = ${accountId} AND session_id = ${sessionId}`);
  });
}

/**
 * Requires that the person authenticated in this session within the last ten minutes.
 * @throws ApiError auth/step-up with the methods that the account has
 */
export async function requireFreshAuthentication(
  tx: Tx,
  { accountId, sessionId }: Pick<AccountActor, "accountId" | "sessionId">,
  now: Date,
): Promise<void> {
  const authenticatedAt = await findAuthenticationTime(tx, accountId, sessionId);
  if (authenticatedAt !== null && now.getTime() - authenticatedAt.getTime() < freshMs) return;
  throw new ApiError("auth/step-up", {
    detail: "Confirm that it is you: enter your password, then try again.",
    params: { methods: ["password"] },
  });
}
