import type { Tx } from "../../db/database.ts";
import { findOrganization, isEmailAllowed, type StoredOrganization } from "../organizations/index.ts";
import { domainNotAllowed, unknownLink } from "./errors.ts";

/**
 * The name of the organization, if it allows the address: the domains may have changed since the invitation was sent.
 * @throws ApiError not-found, invitations/domain-not-allowed
 */
export async function requireAllowedDomain(tx: Tx, organizationId: string, email: string): Promise<string> {
  const organization = await getOrganizationSettings(tx, organizationId);
  if (!isEmailAllowed(email, organization.allowedEmailDomains)) throw domainNotAllowed(organization.name);
  return organization.name;
}

/**
 * The organization with its settings for invitations.
 * @throws ApiError not-found
 */
export async function getOrganizationSettings(tx: Tx, organizationId: string): Promise<StoredOrganization> {
  const organization = await findOrganization(tx, organizationId);
  if (organization === null) throw unknownLink();
  return organization;
}
