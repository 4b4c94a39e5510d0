/** Refusals that several features share, so that they read the same everywhere. */
import { type Catalogue, UnknownPermission } from "@gatehouse/access";
import { numberOfVersion, type RowVersion } from "../database/row-version.ts";
import { Refusal } from "./refusal.ts";

const mostListed = 3;
/** As many of a list as an answer names one by one. */
const mostNamed = 20;

/**
 * The grant ceiling: `what` ("The role Marketer") holds or would hold permissions that the actor doesn't.
 * `params.missing` has the first twenty of them and `params.total` their number, the sentence the first three.
 */
export function overCeiling(what: string, missing: readonly string[]): Refusal {
  const lacking =
    missing.length === 0
      ? "permissions that are added later, which only owners hold. Ask an owner."
      : `${listed(missing)}. Ask somebody who holds that.`;
  return new Refusal("forbidden/grant-ceiling", {
    detail: `${what} goes beyond what you hold yourself: ${lacking}`,
    params: { missing: missing.slice(0, mostNamed), total: missing.length },
  });
}

/**
 * The thing has a newer version than the caller's `If-Match`: `version`, or one that so many changes later came while this
 * request was on its way.
 */
export function stale(version: RowVersion, later = 0): Refusal {
  return new Refusal("precondition/failed", {
    detail:
      "Somebody else saved this after you opened it. Load it again and make your change to the newer version.",
    params: { version: numberOfVersion(version) + later },
  });
}

/**
 * Permissions that the catalogue doesn't have, the first three with the names that look alike; null when it has them all.
 * `pathOf` says where in the request the name at an index stood. Names that look alike are looked for when the refusal is
 * answered, after the transaction.
 */
export function unknownPermissions(
  catalogue: Catalogue,
  names: readonly string[],
  pathOf: (index: number) => string,
): Refusal | null {
  const unknown: { readonly index: number; readonly name: string }[] = [];
  for (const [index, name] of names.entries()) {
    if (!catalogue.positions.has(name)) unknown.push({ index, name });
    if (unknown.length === mostNamed) break;
  }
  if (unknown.length === 0) return null;
  return new Refusal("permissions/unknown", () => {
    const errors = unknown
      .slice(0, mostListed)
      .map(({ name }) => new UnknownPermission(name, catalogue.permissions));
    return {
      detail: errors[0]?.message ?? "",
      errors: unknown.map(({ index }, at) => ({
        path: pathOf(index),
        code: "permissions/unknown",
        detail: errors[at]?.message ?? "There is no such permission. Use a name that the catalogue declares.",
      })),
      params: { permission: unknown[0]?.name, near: errors[0]?.near },
    };
  });
}

function listed(names: readonly string[]): string {
  const more = names.length - mostListed;
  const shown = names.slice(0, mostListed).join(", ");
  return more > 0 ? `${shown} and ${more} more` : shown;
}
