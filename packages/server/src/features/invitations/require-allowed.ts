import type { Tx } from "../../database/database.ts";
import { findOrganization, isAllowed, type StoredOrganization } from "../organizations/index.ts";
import { domainNotAllowed, unknownLink } from "./refusals.ts";

/**
 * The name of the organization, if it lets the address in today: the allowed domains may have changed since it was
 * invited.
 * @throws Refusal not-found, invitations/domain-not-allowed
 */
export async function requireAllowed(tx: Tx, organizationId: string, email: string): Promise<string> {
  const organization = await settingsOf(tx, organizationId);
  if (!isAllowed(email, organization.allowedEmailDomains)) throw domainNotAllowed(organization.name);
  return organization.name;
}

/**
 * What the organization decided about invitations.
 * @throws Refusal not-found
 */
export async function settingsOf(tx: Tx, organizationId: string): Promise<StoredOrganization> {
  const organization = await findOrganization(tx, organizationId);
  if (organization === null) throw unknownLink();
  return organization;
}
