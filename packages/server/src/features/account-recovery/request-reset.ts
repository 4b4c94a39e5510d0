import type { AccountActor, ThrottleSource } from "../../auth/actor.ts";
import { toNetwork } from "../../auth/client-address.ts";
import type { Deps } from "../../deps.ts";
import { nilUuid } from "../../ports/ids.ts";
import { findAccountByEmail } from "../accounts/index.ts";
import { parseAccountEmail } from "../organizations/index.ts";
import { addAttempt, type Bucket, findDevice, listAddresses, requireWithinLimit } from "../sessions/index.ts";

/** Who asks for a reset link. */
interface ResetRequest {
  readonly email: string;
  readonly throttleSource: ThrottleSource;
  readonly session: AccountActor | null;
}

/** How long a reset link works. */
export const resetLinkMs = 30 * 60_000;

/** Used when there is no account, so that the same statements run. */
const placeholderAccount = { id: nilUuid, passwordHash: "" };

/**
 * Enqueues the email with a reset link. The request runs the same statements and writes the same rows for an address
 * without an account; only the worker, later, finds out whether there is one.
 * @throws ApiError email/invalid, throttled
 */
export async function requestPasswordReset(
  deps: Pick<Deps, "db" | "clock" | "ids" | "secrets" | "enqueue">,
  { email: typed, throttleSource, session }: ResetRequest,
): Promise<void> {
  const email = parseAccountEmail(typed);
  const now = deps.clock.now();
  const expiresAt = new Date(now.getTime() + resetLinkMs).toISOString();
  await deps.db.shared(
    async (tx) => {
      const owner = (await findAccountByEmail(tx, email)) ?? placeholderAccount;
      const addresses = await listAddresses(tx, { accountId: owner.id, now });
      const device =
        findDevice(deps.secrets, throttleSource.devices, owner) ??
        (session?.accountId === owner.id ? session.sessionId : null);
      const buckets =
        device === null
          ? selectBuckets(email, throttleSource.network, new Set(addresses.map(toNetwork)))
          : [{ name: `password reset device ${device}`, limit: 5 }];
      await requireWithinLimit(tx, buckets, now);
      await addAttempt(tx, buckets, now);
      const mail = { type: "password-reset", email, expiresAt, organization: null } as const;
      await deps.enqueue(tx, [{ kind: "account-mail", emailId: deps.ids.next(), mail }]);
    },
    { system: "anybody may ask for a link, which only the owner of the address gets" },
  );
}

/**
 * The limits for unknown devices: for the address in one network and in all, for the network, and in total. A device on
 * which the account has signed in has its own limit, which nobody else can use up; requests from networks where the
 * account is signed in don't count for the address.
 */
function selectBuckets(
  email: string,
  network: string | null,
  signedInNetworks: ReadonlySet<string | null>,
): readonly Bucket[] {
  const address = { name: `password reset ${email}`, limit: 10 };
  const total = { name: "password reset", limit: 5_000, shardBy: email };
  if (network === null) return [address, total];
  const pair = { name: `password reset ${email} network ${network}`, limit: 5 };
  const perNetwork = { name: `password reset network ${network}`, limit: 100, shardBy: email };
  return signedInNetworks.has(network) ? [pair, perNetwork, total] : [pair, address, perNetwork, total];
}
