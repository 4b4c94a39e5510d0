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
  if (isUniqueViolation(error, "users_external_id_key")) {
    const detail =
      "Another user of this organization has this external id. Use another one, or clear it there first.";
    const errors = [{ path: "externalId", code: "users/external-id-taken", detail }];
    return new ApiError("request/invalid", { detail, errors }, { cause: error });
  }
  return error;
}
