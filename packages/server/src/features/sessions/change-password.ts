import type { AccountActor } from "../../auth/actor.ts";
import { authorizeAccountWrite } from "../../auth/authorize-write.ts";
import type { Deps } from "../../deps.ts";
import { ApiError } from "../../errors/api-error.ts";
import {
  checkPassword,
  findAccountByEmail,
  listOrganizations,
  replacePasswordHash,
} from "../accounts/index.ts";
import { rememberDevice } from "./known-device.ts";
import { endOtherSessions } from "./queries.ts";
import { recordInEveryOrganization } from "./record-account-events.ts";
import { countAttempt, throttleAccess, undoAttempt } from "./throttle.ts";

type PasswordDeps = Pick<Deps, "db" | "clock" | "ids" | "secrets" | "passwords">;

/** The current and the new password. */
export interface PasswordChange {
  readonly currentPassword: string;
  readonly newPassword: string;
  /** The device cookie of the request. */
  readonly devices: string | null;
}

/**
 * Changes the password of the account, ends its other sessions and invalidates all device cookies. Returns a new device
 * cookie for this browser.
 * @throws ApiError passwords/*, throttled, busy
 */
export async function changePassword(
  deps: PasswordDeps,
  account: AccountActor,
  change: PasswordChange,
): Promise<string> {
  const { stored, organizations } = await deps.db.shared(
    async (tx) => ({
      stored: await findAccountByEmail(tx, account.email),
      organizations: await listOrganizations(tx, account.accountId),
    }),
    { readOnly: true },
  );
  if (stored === null) throw wrongPassword();
  checkChoice(account, change, organizations.map(({ name }) => name).join(" "));
  await verifyCurrent(deps, account, stored.passwordHash, change.currentPassword);
  const passwordHash = await deps.passwords.hash(change.newPassword, { isKnownDevice: true });
  await authorizeAccountWrite(deps, account, async (tx, account) => {
    const swap = { id: account.accountId, before: stored.passwordHash, after: passwordHash };
    if (!(await replacePasswordHash(tx, swap))) throw wrongPassword(); // changed by a concurrent request
    const ended = await endOtherSessions(tx, account.accountId, account.sessionId);
    await recordInEveryOrganization(deps, tx, {
      account: { id: account.accountId, name: account.name },
      origin: account.origin,
      action: "accounts.password-changed",
      sessionId: null,
      changes: ended === 0 ? [] : [{ field: "sessions", before: ended, after: 0 }],
    });
  });
  return rememberDevice(deps.secrets, change.devices, { id: account.accountId, passwordHash });
}

/** The limit of attempts is the same as at sign-in, for each session separately. A correct password resets the count. */
async function verifyCurrent(
  deps: PasswordDeps,
  account: AccountActor,
  passwordHash: string,
  password: string,
): Promise<void> {
  const buckets = [{ name: `change password ${account.sessionId}`, limit: 10, resetsOnSuccess: true }];
  await countAttempt(deps, buckets);
  let isRight = false;
  try {
    isRight = await deps.passwords.verify(passwordHash, password, { isKnownDevice: true });
  } catch (error) {
    await deps.db.shared((tx) => undoAttempt(tx, buckets, { reset: false }), throttleAccess);
    throw error;
  }
  if (!isRight) throw wrongPassword();
  await deps.db.shared((tx) => undoAttempt(tx, buckets, { reset: true }), throttleAccess);
}

function checkChoice(
  { name, email }: AccountActor,
  { currentPassword, newPassword }: PasswordChange,
  organization: string,
): void {
  checkPassword({ password: newPassword, name, email, organization }, "newPassword");
  if (newPassword.normalize("NFC") !== currentPassword.normalize("NFC")) return;
  const detail = "The new password is the one that you have. Choose another one.";
  throw new ApiError("passwords/unchanged", {
    detail,
    errors: [{ path: "newPassword", code: "passwords/unchanged", detail }],
  });
}

function wrongPassword(): ApiError {
  const detail = "This is not the password that you sign in with. Check it and try again.";
  return new ApiError("passwords/wrong", {
    detail,
    errors: [{ path: "currentPassword", code: "passwords/wrong", detail }],
  });
}
