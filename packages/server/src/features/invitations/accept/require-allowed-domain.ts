import type { Tx } from "../../../db/database.ts";
import { getOrganizationSettings, isEmailAllowed } from "../../organizations/index.ts";
import { domainNotAllowed } from "../errors.ts";

/**
 * The name of the organization, if it allows the address: the domains may have changed since the invitation was sent.
 * @throws ApiError not-found, invitations/domain-not-allowed
 */
export async function requireAllowedDomain(tx: Tx, organizationId: string, email: string): Promise<string> {
  const organization = await getOrganizationSettings(tx, organizationId);
  if (!isEmailAllowed(email, organization.allowedEmailDomains)) throw domainNotAllowed(organization.name);
  return organization.name;
}
