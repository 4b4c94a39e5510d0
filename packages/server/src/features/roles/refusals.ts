/** Why roles stay as they are. */
import { Refusal } from "../../http/refusal.ts";

/** As many ids as an answer names. */
const mostNamed = 20;

/** Ids that name no role of this organization. `path` is where they stood in the request. */
export function unknownRoles(ids: readonly string[], path: string): Refusal {
  const detail =
    "There is no such role in this organization. Load the list of roles again and choose another.";
  return new Refusal("roles/unknown", {
    detail,
    errors: [{ path, code: "roles/unknown", detail }],
    params: { roleIds: ids.slice(0, mostNamed) },
  });
}

/** The built-in role is read-only. */
export function systemRole(next: string): Refusal {
  return new Refusal("forbidden/system-role", {
    detail: `The role Owner is built in and can't be changed. ${next}`,
  });
}

/** The actor holds the role, so the change would be one of their own rights. */
export function ownRole(name: string): Refusal {
  return new Refusal("forbidden/own-roles", {
    detail: `You hold the role ${name} yourself, so this would change your own rights. Ask another manager.`,
  });
}

/** Another role has that name, or one that differs only in case or accents. */
export function nameTaken(name: string): Refusal {
  const detail = `A role named ${name} exists already; case and accents make no difference. Choose another name.`;
  return new Refusal("roles/name-taken", {
    detail,
    errors: [{ path: "name", code: "roles/name-taken", detail }],
  });
}

/** People hold the role, or are invited with it. */
export function inUse(usage: { readonly users: number; readonly invitations: number }): Refusal {
  return new Refusal("roles/in-use", {
    detail: "Users hold this role, or invitations offer it. Choose the role that they get in its place.",
    params: { users: usage.users, invitations: usage.invitations },
  });
}
