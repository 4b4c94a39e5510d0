/** Why users stay as they are. */
import { isCheckViolation, isForeignKeyViolation, isUniqueViolation } from "../../database/errors.ts";
import { Refusal } from "../../http/refusal.ts";

/** The change would leave nobody who holds every permission. */
export function lastOwner(cause?: unknown): Refusal {
  return new Refusal(
    "users/last-owner",
    { detail: "This is the organization's only active owner. Make somebody else an owner first." },
    { cause },
  );
}

/** Somebody tried to change what they themselves may do. */
export function ownRoles(what: "roles" | "status"): Refusal {
  const detail =
    what === "roles"
      ? "Nobody changes their own roles. Ask another manager to do it."
      : "Nobody suspends or restores themselves. Ask another manager to do it.";
  return new Refusal("forbidden/own-roles", { detail });
}

/** What the database refused, in words; anything else comes back as it is. */
export function explainConflict(error: unknown): unknown {
  if (isCheckViolation(error, "organizations_owner_count_check")) return lastOwner(error);
  if (isForeignKeyViolation(error, "user_roles_organization_id_role_id_fkey"))
    return new Refusal(
      "users/role-gone",
      {
        detail:
          "One of these roles was deleted at this moment. Load the user again and choose among the roles there are.",
      },
      { cause: error },
    );
  if (isUniqueViolation(error, "users_external_id_key")) {
    const detail =
      "Another user of this organization has this external id. Use another one, or clear it there first.";
    const errors = [{ path: "externalId", code: "users/external-id-taken", detail }];
    return new Refusal("request/invalid", { detail, errors }, { cause: error });
  }
  return error;
}
