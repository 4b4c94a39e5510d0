/** Errors of user edits. */
import { isCheckViolation, isForeignKeyViolation, isUniqueViolation } from "../../db/errors.ts";
import { ApiError } from "../../errors/api-error.ts";

/** The change would leave the organization without an active owner. */
export function lastOwner(cause?: unknown): ApiError {
  return new ApiError(
    "users/last-owner",
    { detail: "This is the organization's only active owner. Make another user an owner first." },
    { cause },
  );
}

/** The actor tried to change their own roles or status. */
export function ownRoles(what: "roles" | "status"): ApiError {
  const detail =
    what === "roles"
      ? "You can't change your own roles. Ask another manager to do it."
      : "You can't suspend or restore yourself. Ask another manager to do it.";
  return new ApiError("forbidden/own-roles", { detail });
}

/** The address is that of the account with which the user signs in. */
export function ownSignIn(name: string): ApiError {
  return new ApiError("users/own-sign-in", {
    detail: `${name} signs in to Gatehouse, so only they can change their address. Send the address that they have.`,
  });
}

/** Owners have to be able to sign in: an organization without one who can couldn't be managed. @throws ApiError request/invalid */
export function requireNoOwner(roles: readonly { readonly isOwner: boolean }[]): void {
  if (!roles.some(({ isOwner }) => isOwner)) return;
  const detail = "An owner has to be able to sign in to Gatehouse. Invite them as owner.";
  throw new ApiError("request/invalid", {
    detail,
    errors: [{ path: "roles", code: "roles/owner-needs-sign-in", detail }],
  });
}

/** Whether another user of the organization has the external id. */
export function isExternalIdTaken(error: unknown): boolean {
  return isUniqueViolation(error, "users_external_id_key");
}

/** Converts a constraint violation to an API error; returns any other error unchanged. */
export function mapDatabaseError(error: unknown): unknown {
  if (isCheckViolation(error, "organizations_owner_count_check")) return lastOwner(error);
  if (isForeignKeyViolation(error, "user_roles_organization_id_role_id_fkey"))
    return new ApiError(
      "users/role-gone",
      {
        detail:
          "One of these roles was just deleted. Load the user again and choose from the remaining roles.",
      },
      { cause: error },
    );
  if (isExternalIdTaken(error)) {
    const detail =
      "Another user of this organization has this external id. Use another one, or clear it there first.";
    const errors = [{ path: "externalId", code: "users/external-id-taken", detail }];
    return new ApiError("request/invalid", { detail, errors }, { cause: error });
  }
  if (isUniqueViolation(error, "users_email_key")) {
    const detail =
      "Another user of this organization has this address. Change that user, or use another address.";
    const errors = [{ path: "email", code: "users/email-taken", detail }];
    return new ApiError("users/email-taken", { detail, errors }, { cause: error });
  }
  return error;
}
