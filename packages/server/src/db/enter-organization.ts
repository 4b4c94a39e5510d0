import type { EnterOrganization } from "./database.ts";
import { rawSql } from "./sql.ts";

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/**
 * The statement that binds the rest of a transaction to one organization. The id becomes a literal, so it is
 * validated.
 */
export function setOrganizationSql(organizationId: string): string {
  if (!uuid.test(organizationId)) throw new TypeError("An organization's id is a UUID in lower case.");
  return `set local gatehouse.organization_id = '${organizationId}'`;
}

/**
 * Sets the organization inside an open transaction that began without one: for set-up, accepting an invitation, and
 * lists of one's organizations. From here on the transaction sees only that organization; deferred statements run in
 * the organization in which they were deferred.
 */
export const enterOrganization: EnterOrganization = async (tx, organizationId) => {
  const entering = rawSql(setOrganizationSql(organizationId));
  await Promise.all([tx.runDeferred(), tx.query(entering)]);
};
