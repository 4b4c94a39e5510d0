import { isFirstInMinute } from "../../audit/first-in-minute.ts";
import { record } from "../../audit/record.ts";
import type { Deps } from "../../deps.ts";
import type { RequestOrigin } from "../../http/actor.ts";
import { listOrganizations, type OrganizationOfAccount, type StoredAccount } from "../accounts/index.ts";

type RecordDeps = Pick<Deps, "db" | "clock" | "ids" | "log">;

const minute = 60_000;

/** Accounts whose failed sign-in is being recorded by this process. */
const underWay = new Set<string>();

/** When this process last said that a failed sign-in of an account could not be recorded. */
const lastWarnings = new Map<string, number>();

/**
 * Writes down in each organization of an account that somebody didn't know its password: at most once a minute. The answer
 * doesn't wait for it: how long it takes would tell whether there is an account. Strangers cause it, so it holds nothing that
 * others need while it waits for an organization's log. Never fails: what can't be recorded is a line in the server's log.
 */
export async function recordFailedSignIn(
  deps: RecordDeps,
  account: StoredAccount,
  origin: RequestOrigin,
): Promise<void> {
  if (underWay.has(account.id)) return;
  underWay.add(account.id);
  try {
    for (const organization of await claimMinute(deps, account)) {
      if (organization.status !== "active") continue;
      await recordIn(deps, organization, account, origin).catch((error: unknown) =>
        warn(deps, account, error, organization.id),
      );
    }
  } catch (error) {
    warn(deps, account, error);
  } finally {
    underWay.delete(account.id);
  }
}

/**
 * The account's organizations if nothing was recorded for it in this minute, else none. Committed before the logs are waited
 * for: a log that is locked is waited for once a minute and not with every try.
 */
async function claimMinute(
  deps: RecordDeps,
  { id }: StoredAccount,
): Promise<readonly OrganizationOfAccount[]> {
  return deps.db.shared(
    async (tx) =>
      (await isFirstInMinute(tx, `failed sign-in ${id}`, deps.clock.now())) ? listOrganizations(tx, id) : [],
    { system: "whoever failed has no rights" },
  );
}

/** A transaction of the organization: while it waits for the log, it takes the place of that organization's writers alone. */
async function recordIn(
  deps: RecordDeps,
  { id, userId }: OrganizationOfAccount,
  account: StoredAccount,
  origin: RequestOrigin,
): Promise<void> {
  await deps.db.tenant(
    id,
    async (tx) => {
      const nobody = { type: "system", id: null, name: "Sign-in", organizationId: id, origin } as const;
      const target = { type: "user", id: userId, name: account.name };
      await record(deps, tx, nobody, [{ action: "sessions.sign-in-failed", target }]);
    },
    { system: "whoever failed has no rights" },
  );
}

/** Says once a minute for each account that something could not be recorded, without a stack: strangers choose how often. */
function warn(deps: RecordDeps, { id }: StoredAccount, error: unknown, organizationId?: string): void {
  const now = deps.clock.now().getTime();
  for (const [accountId, at] of lastWarnings) if (now - at >= minute) lastWarnings.delete(accountId);
  if (lastWarnings.has(id)) return;
  lastWarnings.set(id, now);
  const reason = error instanceof Error ? error.message : String(error);
  deps.log.warn({ accountId: id, organizationId, reason }, "A failed sign-in could not be recorded.");
}
