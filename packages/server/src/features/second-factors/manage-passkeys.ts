/** The passkeys of a signed-in person: add, rename, remove. */
import {
  maxPasskeys,
  type PasskeyCreationOptions,
  type PasskeyView,
  type RegistrationCredential,
} from "@gatehouse/sdk/contract";
import type { AccountActor } from "../../auth/actor.ts";
import { authorizeAccountWrite, reloadAccount } from "../../auth/authorize-write.ts";
import type { Deps } from "../../deps.ts";
import { notFound } from "../../errors/api-error.ts";
import {
  alreadyAdded,
  claimChallenge,
  createRegistrationOptions,
  deletePasskey,
  insertPasskey,
  listPasskeys,
  registrationError,
  setPasskeyName,
  tooManyPasskeys,
  toPasskeyView,
  toSessionScope,
  verifyRegistration,
} from "../passkeys/index.ts";
import { requireFreshAuthentication } from "../sessions/index.ts";
import { changeFactors, finishAdding, finishRemoving } from "./factor-changes.ts";

type PasskeyDeps = Pick<Deps, "db" | "clock" | "config" | "ids" | "secrets" | "enqueue">;

/**
 * Options to create a passkey. Writes nothing.
 * @throws ApiError auth/step-up, auth/required, passkeys/too-many
 */
export async function startPasskey(
  deps: Pick<Deps, "db" | "clock" | "config" | "secrets">,
  actor: AccountActor,
): Promise<PasskeyCreationOptions> {
  const { current, passkeys } = await deps.db.shared(
    async (tx) => {
      const current = await reloadAccount(deps, tx, actor);
      await requireFreshAuthentication(tx, current, deps.clock.now());
      return { current, passkeys: await listPasskeys(tx, current.accountId) };
    },
    { readOnly: true },
  );
  if (passkeys.length >= maxPasskeys) throw tooManyPasskeys();
  const { accountId: id, email, name } = current;
  const scope = toSessionScope("registration", current);
  return createRegistrationOptions(deps, { id, email, name }, { scope, passkeys });
}

/**
 * Adds a passkey. With the first second factor of the account it returns recovery codes, too, and the account's other sessions
 * end.
 * @throws ApiError passkeys/*, auth/required
 */
export async function addPasskey(
  deps: PasskeyDeps,
  actor: AccountActor,
  { name, credential }: { readonly name: string; readonly credential: RegistrationCredential },
): Promise<PasskeyView & { readonly recoveryCodes?: string[] }> {
  const verified = await verifyRegistration(deps, credential, toSessionScope("registration", actor));
  if (typeof verified === "string") throw registrationError(verified);
  return changeFactors(deps, actor, async (tx, owner) => {
    const createdAt = deps.clock.now();
    const accountId = owner.account.id;
    if (!(await claimChallenge(tx, verified.challenge, createdAt)))
      throw registrationError("expired-challenge");
    if ((await listPasskeys(tx, accountId)).length >= maxPasskeys) throw tooManyPasskeys();
    const passkey = { ...verified, id: deps.ids.next(), accountId, name, createdAt };
    if (!(await insertPasskey(tx, passkey))) throw alreadyAdded();
    const added = await finishAdding(deps, tx, owner, { kind: "passkey-added", name });
    return { ...toPasskeyView({ ...passkey, lastUsedAt: null }), ...added };
  });
}

/**
 * Renames a passkey.
 * @throws ApiError auth/step-up, not-found
 */
export async function renamePasskey(
  deps: Pick<Deps, "db" | "clock">,
  actor: AccountActor,
  { passkeyId: id, name }: { readonly passkeyId: string; readonly name: string },
): Promise<PasskeyView> {
  return authorizeAccountWrite(deps, actor, async (tx, current) => {
    await requireFreshAuthentication(tx, current, deps.clock.now());
    const { accountId } = current;
    const view = await setPasskeyName(tx, { accountId, id, name });
    if (view === null) throw notFound();
    return view;
  });
}

/**
 * Removes a passkey; without any other second factor also the recovery codes.
 * @throws ApiError auth/step-up, not-found
 */
export async function removePasskey(deps: PasskeyDeps, actor: AccountActor, id: string): Promise<void> {
  await changeFactors(deps, actor, async (tx, owner) => {
    const { account, sessionId } = owner;
    await requireFreshAuthentication(tx, { accountId: account.id, sessionId }, deps.clock.now());
    const name = await deletePasskey(tx, account.id, id);
    if (name === null) throw notFound();
    await finishRemoving(deps, tx, owner, { kind: "passkey-removed", name });
  });
}
