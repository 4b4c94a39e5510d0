/** Refusals that several features share, so that they read the same everywhere. */
import { type Catalogue, UnknownPermission } from "@gatehouse/access";
import { Refusal } from "./refusal.ts";

const mostListed = 3;

/**
 * The grant ceiling: `what` ("The role Marketer") holds or would hold permissions that the actor doesn't.
 * `params.missing` has all of them, the sentence the first three.
 */
export function overCeiling(what: string, missing: readonly string[]): Refusal {
  const lacking =
    missing.length === 0
      ? "permissions that are added later, which only owners hold. Ask an owner."
      : `${listed(missing)}. Ask somebody who holds that.`;
  return new Refusal("forbidden/grant-ceiling", {
    detail: `${what} goes beyond what you hold yourself: ${lacking}`,
    params: { missing },
  });
}

/** The thing has a newer version than the caller's `If-Match`. */
export function stale(currentVersion: number): Refusal {
  return new Refusal("precondition/failed", {
    detail:
      "Somebody else saved this after you opened it. Load it again and make your change to the newer version.",
    params: { version: currentVersion },
  });
}

/**
 * Permissions that the catalogue doesn't have, each with the names that look alike; null when it has them all. `pathOf`
 * says where in the request the name at an index stood.
 */
export function unknownPermissions(
  catalogue: Catalogue,
  names: readonly string[],
  pathOf: (index: number) => string,
): Refusal | null {
  const unknown = names.flatMap((name, index) =>
    catalogue.positions.has(name)
      ? []
      : [{ index, error: new UnknownPermission(name, catalogue.permissions) }],
  );
  const [first] = unknown;
  if (first === undefined) return null;
  return new Refusal("permissions/unknown", {
    detail: first.error.message,
    errors: unknown.map(({ index, error }) => ({
      path: pathOf(index),
      code: "permissions/unknown",
      detail: error.message,
    })),
    params: { permission: first.error.permission, near: first.error.near },
  });
}

function listed(names: readonly string[]): string {
  const more = names.length - mostListed;
  const shown = names.slice(0, mostListed).join(", ");
  return more > 0 ? `${shown} and ${more} more` : shown;
}
