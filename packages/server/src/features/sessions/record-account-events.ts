import { randomInt } from "node:crypto";
import { type AuditEntry, record } from "../../audit/record.ts";
import { isFirstInMinute } from "../../audit/record-denial.ts";
import type { RequestOrigin } from "../../auth/actor.ts";
import type { Tx } from "../../db/database.ts";
import { enterOrganization } from "../../db/enter-organization.ts";
import type { Deps } from "../../deps.ts";
import { listOrganizations, type OrganizationOfAccount, type StoredAccount } from "../accounts/index.ts";
import { insertSignIn, type NewSignIn } from "./sign-in-history.ts";

/** An event of an account's sessions or password. */
export interface AccountEvent extends Pick<AuditEntry, "changes"> {
  readonly account: { readonly id: string; readonly name: string };
  readonly origin: RequestOrigin;
  readonly action:
    | "sessions.signed-in"
    | "sessions.signed-out"
    | "sessions.ended"
    | "accounts.password-changed"
    | "accounts.password-reset"
    | "accounts.secured"
    | "accounts.email-change-requested"
    | "accounts.totp-added"
    | "accounts.totp-replaced"
    | "accounts.totp-removed"
    | "accounts.passkey-added"
    | "accounts.passkey-removed"
    | "accounts.recovery-codes-created"
    | "accounts.recovery-code-used";
  /** Null for several sessions. */
  readonly sessionId: string | null;
}

/**
 * Records the event in every organization where the account is an active user. The transaction enters one organization
 * after the other, so this must be its last step.
 */
export async function recordInEveryOrganization(
  deps: Pick<Deps, "clock" | "ids">,
  tx: Tx,
  event: AccountEvent,
): Promise<void> {
  await recordInOrganizations(deps, tx, event, await listOrganizations(tx, event.account.id));
}

/** The same with the organizations of the account, which were read before in the same transaction. */
export async function recordInOrganizations(
  deps: Pick<Deps, "clock" | "ids">,
  tx: Tx,
  { account, origin, action, sessionId, changes = [] }: AccountEvent,
  organizations: readonly OrganizationOfAccount[],
): Promise<void> {
  const target = action.startsWith("accounts.")
    ? { type: "account", id: account.id, name: account.name }
    : { type: "session", id: sessionId, name: account.name };
  for (const { id, userId, status } of organizations) {
    if (status !== "active") continue;
    await enterOrganization(tx, id);
    const actor = { type: "user", id: userId, name: account.name, organizationId: id, origin } as const;
    await record(deps, tx, actor, [{ action, target, changes }]);
  }
}

type RecordDeps = Pick<Deps, "db" | "clock" | "ids" | "log">;

const minuteMs = 60_000;

/** Accounts whose failed sign-in this process is recording. */
const inProgress = new Set<string>();

/** Time of the last warning for each account. */
const lastWarnings = new Map<string, number>();

/** How much later a failed sign-in is recorded, at random between these. Milliseconds. */
const recordingDelay = { min: 100, max: 1_000 };

/** Entries of the history are added one after the other: so each sees how many there are. */
let lastEntry: Promise<void> = Promise.resolve();

/**
 * Adds a failed sign-in to the history of the account, and records it in each of its organizations, there at most once a minute.
 * This happens only after the response, even on a busy machine: the work of recording would tell by the time of the response
 * that the account exists. At random, so that it doesn't tell by the time of the next response either. Unauthenticated clients cause these events, so it holds no shared resources while it waits for
 * the audit log of an organization. Never throws: failures are logged.
 */
export function recordFailedSignIn(
  deps: RecordDeps,
  account: StoredAccount,
  failure: Pick<NewSignIn, "method"> & { readonly origin: RequestOrigin },
): void {
  const at = deps.clock.now();
  const record = () => void recordNow({ ...deps, clock: { now: () => at } }, account, failure);
  setTimeout(record, randomInt(recordingDelay.min, recordingDelay.max)).unref();
}

async function recordNow(
  deps: RecordDeps,
  account: StoredAccount,
  { origin, method }: Parameters<typeof recordFailedSignIn>[2],
): Promise<void> {
  const entry = { accountId: account.id, method, outcome: "failure", origin } as const;
  lastEntry = lastEntry
    .then(() => addToHistory(deps, entry))
    .catch((error: unknown) => warn(deps, account, error));
  await lastEntry;
  if (inProgress.has(account.id)) return;
  inProgress.add(account.id);
  try {
    for (const organization of await claimMinute(deps, account)) {
      if (organization.status !== "active") continue;
      await recordInOrganization(deps, organization, account, origin).catch((error: unknown) =>
        warn(deps, account, error, organization.id),
      );
    }
  } catch (error) {
    warn(deps, account, error);
  } finally {
    inProgress.delete(account.id);
  }
}

async function addToHistory(deps: RecordDeps, failure: NewSignIn): Promise<void> {
  await deps.db.shared((tx) => insertSignIn(deps, tx, failure), { system: "a failed sign-in has no actor" });
}

/**
 * The account's organizations, or none if this minute already has an event. Commits before the events are recorded, so
 * that a locked audit log delays only one attempt a minute.
 */
async function claimMinute(
  deps: RecordDeps,
  { id }: StoredAccount,
): Promise<readonly OrganizationOfAccount[]> {
  return deps.db.shared(
    async (tx) =>
      (await isFirstInMinute(tx, `failed sign-in ${id}`, deps.clock.now())) ? listOrganizations(tx, id) : [],
    { system: "a failed sign-in has no actor" },
  );
}

/** Uses a tenant transaction: while it waits for the audit log, it blocks only writers of the same organization. */
async function recordInOrganization(
  deps: RecordDeps,
  { id, userId }: OrganizationOfAccount,
  account: StoredAccount,
  origin: RequestOrigin,
): Promise<void> {
  await deps.db.tenant(
    id,
    async (tx) => {
      const actor = { type: "system", id: null, name: "Sign-in", organizationId: id, origin } as const;
      const target = { type: "user", id: userId, name: account.name };
      await record(deps, tx, actor, [{ action: "sessions.sign-in-failed", target }]);
    },
    { system: "a failed sign-in has no actor" },
  );
}

/** Logs at most one warning a minute for each account, without a stack, because unauthenticated clients can trigger it. */
function warn(deps: RecordDeps, { id }: StoredAccount, error: unknown, organizationId?: string): void {
  const now = deps.clock.now().getTime();
  for (const [accountId, at] of lastWarnings) if (now - at >= minuteMs) lastWarnings.delete(accountId);
  if (lastWarnings.has(id)) return;
  lastWarnings.set(id, now);
  const reason = error instanceof Error ? error.message : String(error);
  deps.log.warn({ accountId: id, organizationId, reason }, "A failed sign-in could not be recorded.");
}
