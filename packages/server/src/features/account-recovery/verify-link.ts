/** Finds the link of a token, and limits guesses. */
import type { ThrottleSource } from "../../auth/actor.ts";
import type { Tx } from "../../db/database.ts";
import type { Deps } from "../../deps.ts";
import { hashToken } from "../../ports/secrets.ts";
import { claimLink, findLink, type LinkPurpose, type StoredLink } from "../accounts/index.ts";
import { countAttempt } from "../sessions/index.ts";
import { findLinkError, type LinkKind, unknownLink } from "./errors.ts";

/** Unknown tokens that one network may try in 15 minutes. */
const maxUnknownTokens = 30;

/** A token, what it is used for, and by whom. */
export interface PresentedLink {
  readonly kind: LinkKind;
  readonly purpose: LinkPurpose;
  readonly token: string;
  readonly throttleSource: ThrottleSource;
}

/**
 * The live link of a token. Only unknown tokens count towards the limit of a network, so that a valid link works even
 * after guesses by others there.
 * @throws ApiError password-resets/*, email-changes/* or sign-ins/* (unknown, used, expired), throttled
 */
export async function verifyLink(
  deps: Pick<Deps, "db" | "clock">,
  presented: PresentedLink,
): Promise<StoredLink> {
  const { kind, purpose, token, throttleSource } = presented;
  const link = await deps.db.shared((tx) => findLink(tx, purpose, token), { readOnly: true });
  if (link === null) {
    const { network } = throttleSource;
    if (network !== null)
      await countAttempt(deps, [{ name: `account link network ${network}`, limit: maxUnknownTokens }]);
    throw unknownLink(kind);
  }
  const error = findLinkError(kind, link, deps.clock.now());
  if (error !== null) throw error;
  return link;
}

/**
 * Marks a link used and returns it. The second of two concurrent requests gets the error of its new state.
 * @throws ApiError password-resets/* or email-changes/* (unknown, used, expired)
 */
export async function claimVerifiedLink(
  tx: Tx,
  { kind, purpose, token }: Omit<PresentedLink, "throttleSource">,
  now: Date,
): Promise<StoredLink> {
  const claimed = await claimLink(tx, purpose, token, now);
  if (claimed !== null) return claimed;
  const link = await findLink(tx, purpose, token);
  throw (link === null ? null : findLinkError(kind, link, now)) ?? unknownLink(kind);
}

/** Limits requests with a valid token, because each hashes a password. */
export async function limitUses(
  deps: Pick<Deps, "db" | "clock">,
  { token }: Pick<PresentedLink, "token">,
): Promise<void> {
  await countAttempt(deps, [{ name: `use account link ${hashToken(token)}`, limit: 20 }]);
}
