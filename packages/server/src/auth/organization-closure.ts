/** Whether an organization can be used: the operator of the installation suspends and deletes organizations. */
import { type Statement, sql } from "../db/sql.ts";
import { ApiError } from "../errors/api-error.ts";

/** Why nobody can use an organization. */
export type OrganizationClosure = "suspended" | "deleted";

/** The `OrganizationClosure` of organization `o`; null if it can be used. */
export const closureOfRow: Statement = sql`
  CASE WHEN o.deleted_at IS NOT NULL THEN 'deleted' WHEN o.status = 'suspended' THEN 'suspended' END`;

/** The same of the organization with that id. */
export function closureOf(organizationId: string): Statement {
  return sql`(SELECT ${closureOfRow} FROM organizations o WHERE o.organization_id = ${organizationId})`;
}

/** The error for a request to an organization that is closed. `organization`: its name. */
export function organizationClosed(closure: OrganizationClosure, organization: string): ApiError {
  const detail =
    closure === "suspended"
      ? `${organization} is suspended, so nobody can use it at the moment. Nothing is lost. Ask the person who runs this installation.`
      : `${organization} was deleted, so nobody can use it. The person who runs this installation may restore it for some time.`;
  return new ApiError(`organization/${closure}`, { detail, params: { organization } });
}

/**
 * Requires an organization that can be used.
 * @throws ApiError organization/suspended, organization/deleted
 */
export function requireOpenOrganization({
  closure,
  organizationName,
}: {
  readonly closure: OrganizationClosure | null;
  readonly organizationName: string | null;
}): void {
  if (closure !== null) throw organizationClosed(closure, organizationName ?? "The organization");
}
