import type { Deps } from "../../deps.ts";
import type { AccountActor } from "../../http/actor.ts";
import { authorizeAccountWrite } from "../../http/authorize-write.ts";
import { Refusal } from "../../http/refusal.ts";
import {
  checkPassword,
  findAccountByEmail,
  listOrganizations,
  replacePasswordHash,
} from "../accounts/index.ts";
import { rememberDevice } from "./known-device.ts";
import { endOtherSessions } from "./queries.ts";
import { recordInEach } from "./record-in-each.ts";
import { countTry, takeBack, throttling } from "./throttle.ts";

type PasswordDeps = Pick<Deps, "db" | "clock" | "ids" | "secrets" | "passwords">;

/** The old and the new password, as they were typed. */
export interface PasswordChange {
  readonly currentPassword: string;
  readonly newPassword: string;
  /** The device cookie that the browser has. */
  readonly devices: string | null;
}

/**
 * Changes one's own password and ends one's other sessions: whoever came in with the old one is out, and every other
 * browser becomes unknown. Gives this browser's new device cookie.
 * @throws Refusal passwords/*, throttled, busy
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
  const passwordHash = await deps.passwords.hash(change.newPassword, { isKnown: true });
  await authorizeAccountWrite(deps, account, async (tx, account) => {
    const swap = { id: account.accountId, before: stored.passwordHash, after: passwordHash };
    if (!(await replacePasswordHash(tx, swap))) throw wrongPassword(); // changed meanwhile, elsewhere
    const ended = await endOtherSessions(tx, account.accountId, account.sessionId);
    await recordInEach(deps, tx, {
      account: { id: account.accountId, name: account.name },
      origin: account.origin,
      action: "accounts.password-changed",
      sessionId: null,
      changes: ended === 0 ? [] : [{ field: "sessions", before: ended, after: 0 }],
    });
  });
  return rememberDevice(deps.secrets, change.devices, { id: account.accountId, passwordHash });
}

/** Somebody who holds a session may guess as often as at sign-in, in each session by itself. A right guess forgets the wrong ones. */
async function verifyCurrent(
  deps: PasswordDeps,
  account: AccountActor,
  passwordHash: string,
  password: string,
): Promise<void> {
  const buckets = [{ name: `change password ${account.sessionId}`, limit: 10, isForgotten: true }];
  await countTry(deps, buckets);
  let isRight = false;
  try {
    isRight = await deps.passwords.verify(passwordHash, password, { isKnown: true });
  } catch (error) {
    await deps.db.shared((tx) => takeBack(tx, buckets, { forgetFailures: false }), throttling);
    throw error;
  }
  if (!isRight) throw wrongPassword();
  await deps.db.shared((tx) => takeBack(tx, buckets, { forgetFailures: true }), throttling);
}

function checkChoice(
  { name, email }: AccountActor,
  { currentPassword, newPassword }: PasswordChange,
  organization: string,
): void {
  checkPassword({ password: newPassword, name, email, organization }, "newPassword");
  if (newPassword.normalize("NFC") !== currentPassword.normalize("NFC")) return;
  const detail = "The new password is the one that you have. Choose another one.";
  throw new Refusal("passwords/unchanged", {
    detail,
    errors: [{ path: "newPassword", code: "passwords/unchanged", detail }],
  });
}

function wrongPassword(): Refusal {
  const detail = "This is not the password that you sign in with. Check it and try again.";
  return new Refusal("passwords/wrong", {
    detail,
    errors: [{ path: "currentPassword", code: "passwords/wrong", detail }],
  });
}
