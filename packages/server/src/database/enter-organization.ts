import { sql } from "kysely";
import { takeWaiting } from "./before-commit.ts";
import type { EnterOrganization } from "./database.ts";

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** The statement that binds the rest of a transaction to one organization. The id is checked: it becomes a literal. */
export function inOrganization(organizationId: string): string {
  if (!uuid.test(organizationId)) throw new TypeError("An organization's id is a UUID in lower case.");
  return `set local gatehouse.organization_id = '${organizationId}'`;
}

/**
 * Sets the organization inside an open transaction that began without one: set-up, accepting an invitation, and lists
 * over one's organizations. From here on the transaction sees that organization alone; what waited for the commit is
 * done in the organization that it was meant for.
 */
export const enterOrganization: EnterOrganization = async (tx, organizationId) => {
  const entering = sql.raw(inOrganization(organizationId));
  await Promise.all([
    ...takeWaiting(tx).map((statement) => tx.executeQuery(statement)),
    entering.execute(tx),
  ]);
};
