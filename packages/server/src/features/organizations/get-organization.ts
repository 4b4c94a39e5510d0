import type { OrganizationView } from "@gatehouse/sdk/contract";
import type { RowVersion } from "../../database/row-version.ts";
import type { Deps } from "../../deps.ts";
import type { Actor } from "../../http/actor.ts";
import { notFound } from "../../http/refusal.ts";
import { findOrganization, type StoredOrganization } from "./settings-queries.ts";

/** Settings with the version that an edit is based on. */
export interface VersionedOrganization {
  readonly organization: OrganizationView;
  readonly version: RowVersion;
}

/**
 * The organization's settings.
 * @throws Refusal not-found
 */
export async function getOrganization(
  deps: Pick<Deps, "db">,
  { organizationId }: Actor,
): Promise<VersionedOrganization> {
  const found = await deps.db.tenant(organizationId, (tx) => findOrganization(tx, organizationId), {
    readOnly: true,
  });
  if (found === null) throw notFound();
  return viewOrganization(found);
}

/** Settings as the wire shows them. */
export function viewOrganization({
  version,
  createdAt,
  allowedEmailDomains,
  panelOrigins,
  ...rest
}: StoredOrganization): VersionedOrganization {
  return {
    organization: {
      ...rest,
      allowedEmailDomains: [...allowedEmailDomains],
      panelOrigins: [...panelOrigins],
      createdAt: createdAt.toISOString(),
    },
    version,
  };
}
