/** The last step of every sign-in. */
import type { SessionView } from "@gatehouse/sdk/contract";
import type { AccountActor, RequestOrigin, ThrottleSource } from "../../auth/actor.ts";
import type { OpenedSession } from "../../auth/cookies.ts";
import type { Tx } from "../../db/database.ts";
import type { Deps } from "../../deps.ts";
import { ApiError } from "../../errors/api-error.ts";
import { listOrganizations, type StoredAccount } from "../accounts/index.ts";
import { findDevice, rememberDevice } from "./known-device.ts";
import { enqueueNewDeviceMail } from "./new-device.ts";
import { openSession, toSessionView } from "./open-session.ts";
import { endSessions, type SessionMethod } from "./queries.ts";
import { recordInOrganizations } from "./record-account-events.ts";

/** A sign-in whose steps were all passed. */
export interface CompletedSignIn {
  readonly origin: RequestOrigin;
  /** The session of the browser until now. */
  readonly current: AccountActor | null;
  readonly throttleSource: ThrottleSource;
  /** The last step. */
  readonly method: SessionMethod;
  /** Whether the person has passed a second factor. */
  readonly twoFactor: boolean;
}

/** The response and the cookies of a sign-in. */
export interface SignInResult {
  readonly session: OpenedSession;
  readonly view: SessionView;
  /** The new device cookie. */
  readonly devices: string;
}

/**
 * Opens the session after the last step of a sign-in: password, second factor, or passkey. The previous session of the
 * browser ends, even one of another account, because its cookie is replaced. Returns the error for an account that is
 * suspended everywhere: the counts of the attempt are committed all the same. Its last step enters the organizations, so the
 * transaction can only record events afterwards.
 */
export async function completeSignIn(
  deps: Pick<Deps, "clock" | "ids" | "secrets" | "enqueue">,
  tx: Tx,
  account: StoredAccount,
  { origin, current, throttleSource, method, twoFactor }: CompletedSignIn,
): Promise<SignInResult | ApiError> {
  const organizations = await listOrganizations(tx, account.id);
  const [first] = organizations;
  if (first !== undefined && organizations.every(({ status }) => status === "suspended"))
    return suspended(first.name);
  const isKnownDevice =
    current?.accountId === account.id || findDevice(deps.secrets, throttleSource.devices, account) !== null;
  if (!isKnownDevice) await enqueueNewDeviceMail(deps, tx, account, origin);
  if (current !== null) await endSessions(tx, current.accountId, current.sessionId);
  const session = await openSession(deps, tx, { accountId: account.id, origin, method, twoFactor });
  const view = toSessionView(account, organizations, session.expiresAt);
  const event = { account, origin, action: "sessions.signed-in", sessionId: session.sessionId } as const;
  await recordInOrganizations(deps, tx, event, organizations);
  return { session, view, devices: rememberDevice(deps.secrets, throttleSource.devices, account) };
}

function suspended(organization: string): ApiError {
  return new ApiError("sessions/suspended", {
    detail: `Your access to ${organization} is suspended. Ask a user manager of that organization.`,
    params: { organization },
  });
}
