import { ApiError } from "./api-error.ts";

/** The organization has as many users and pending invitations as the operator of the installation allows. */
export function userLimitReached(limit: string | null, cause?: unknown): ApiError {
  return new ApiError(
    "organization/user-limit",
    {
      detail: `The organization may have ${limit ?? "no more"} users, pending invitations included. Remove a user or revoke an invitation, or ask the person who runs this installation for more.`,
      ...(limit === null ? {} : { params: { limit: Number(limit) } }),
    },
    { cause },
  );
}
