/** Why a link of an account doesn't work. */
import { ApiError } from "../../errors/api-error.ts";
import type { StoredLink } from "../accounts/index.ts";

/** What a link belongs to: the first part of its error codes. */
export type LinkKind = "password-resets" | "email-changes" | "sign-ins";

/** No link has this token for this purpose. */
export function unknownLink(kind: LinkKind): ApiError {
  return new ApiError(`${kind}/unknown`, {
    detail: `This link is not valid. Open it exactly as it is in the email, or ${nextStep[kind]}`,
  });
}

const nextStep: Readonly<Record<LinkKind, string>> = {
  "password-resets": "request a new one on the sign-in page.",
  "email-changes": "change the address again in your account.",
  "sign-ins": "set a new password on the sign-in page.",
};

/** Why the link doesn't work any more; null if it does. */
export function findLinkError(kind: LinkKind, link: StoredLink, now: Date): ApiError | null {
  if (link.usedAt !== null)
    return new ApiError(`${kind}/used`, {
      detail: `This link was used already; it works once. If you need another one, ${nextStep[kind]}`,
    });
  return link.expiresAt.getTime() <= now.getTime() ? expiredLink(kind) : null;
}

/** The link's time is over, or a newer link or another change has ended it. */
export function expiredLink(kind: LinkKind): ApiError {
  return new ApiError(`${kind}/expired`, {
    detail: `This link has expired, or a newer one has replaced it. If you need another one, ${nextStep[kind]}`,
  });
}

/** Someone else signs in with the address. */
export function emailTaken(cause?: unknown): ApiError {
  return new ApiError(
    "email-changes/taken",
    {
      detail: "This address belongs to another account. Sign in with that account, or use another address.",
    },
    { cause },
  );
}

/** An organization of the account accepts only addresses of other domains. */
export function domainNotAllowed(organization: string): ApiError {
  return new ApiError("email-changes/domain-not-allowed", {
    detail: `${organization} accepts only addresses of certain domains. Use one of those.`,
    params: { organization },
  });
}
