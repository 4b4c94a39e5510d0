import type { AccountActor } from "../../auth/actor.ts";
import { authorizeAccountWrite } from "../../auth/authorize-write.ts";
import type { Deps } from "../../deps.ts";
import { ApiError } from "../../errors/api-error.ts";
import {
  checkPassword,
  endLinks,
  findAccountByEmail,
  listOrganizations,
  replacePasswordHash,
} from "../accounts/index.ts";
import { enqueueNotice } from "./enqueue-notice.ts";
import { rememberDevice } from "./known-device.ts";
import { endOtherSessions } from "./queries.ts";
import { recordInEveryOrganization } from "./record-account-events.ts";
import { verifyOwnPassword, wrongPassword } from "./verify-own-password.ts";

type PasswordDeps = Pick<Deps, "db" | "clock" | "ids" | "secrets" | "passwords" | "enqueue">;

/** The current and the new password. */
export interface PasswordChange {
  readonly currentPassword: string;
  readonly newPassword: string;
  /** The device cookie of the request. */
  readonly devices: string | null;
}

/**
 * Changes the password of the account, ends its other sessions and reset links and invalidates all device cookies. The
 * owner of the address is told by email. Returns a new device cookie for this browser.
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
  if (stored === null) throw wrongPassword("currentPassword");
  checkChoice(account, change, organizations.map(({ name }) => name).join(" "));
  await verifyOwnPassword(deps, account, {
    passwordHash: stored.passwordHash,
    password: change.currentPassword,
    path: "currentPassword",
  });
  const passwordHash = await deps.passwords.hash(change.newPassword, { isKnownDevice: true });
  await authorizeAccountWrite(deps, account, async (tx, account) => {
    const now = deps.clock.now();
    const swap = { id: account.accountId, before: stored.passwordHash, after: passwordHash, now };
    if (!(await replacePasswordHash(tx, swap))) throw wrongPassword("currentPassword"); // changed by a concurrent request
    await endLinks(tx, account.accountId, { purposes: ["password-reset"], now });
    await enqueueNotice(deps, tx, { ...account, id: account.accountId }, { type: "password-changed" });
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
