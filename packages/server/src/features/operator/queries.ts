/** SQL of the operator's view of organizations. */
import type { Language, OperatedOrganization } from "@gatehouse/sdk/contract";
import type { Tx } from "../../db/database.ts";
import { type RowVersion, rowVersion } from "../../db/row-version.ts";
import { named, prepare, sql } from "../../db/sql.ts";

/** An organization as the operator sees it. */
export interface OperatedRow {
  readonly id: string;
  readonly name: string;
  readonly language: Language;
  readonly status: OperatedOrganization["status"];
  readonly userCount: number;
  readonly ownerCount: number;
  readonly invitationCount: number;
  readonly userLimit: number | null;
  readonly createdAt: Date;
  readonly restorableUntil: Date | null;
}

/** Which organizations: with a name like all patterns, the longest first, and a status; null for all. */
export interface OrganizationFilter {
  readonly patterns: readonly string[] | null;
  readonly status: OperatedOrganization["status"] | null;
}

/** Organizations with an id below `before`, the newest first: the ids are UUIDv7. */
export async function findOrganizations(
  tx: Tx,
  filter: OrganizationFilter & { readonly before: string | null; readonly limit: number },
): Promise<readonly OperatedRow[]> {
  const { rows } = await tx.query(sql<OperatedRow>`${named("findOrganizations")}
    SELECT f.organization_id AS id, f.name, f.language, f.status, f.user_count AS "userCount", f.owner_count AS "ownerCount",
      f.invitation_count::integer AS "invitationCount", f.user_limit AS "userLimit", f.created_at AS "createdAt",
      f.restorable_until AS "restorableUntil"
    FROM find_organizations(${filter.before}::uuid, ${filter.patterns}::text[], ${filter.status}::text, ${filter.limit}) f`);
  return rows;
}

/** How many organizations there are, counted up to `max`. */
export async function countOrganizations(
  tx: Tx,
  { patterns, status, max }: OrganizationFilter & { readonly max: number },
): Promise<number> {
  const { rows } = await tx.query(sql<{ count: number }>`${named("countOrganizations")}
    SELECT count_organizations(${patterns}::text[], ${status}::text, ${max}) AS count`);
  return rows[0]?.count ?? 0;
}

/** A stored organization and its version. `status` is the one that it has when it isn't deleted. */
export interface StoredOperated extends Omit<OperatedRow, "status"> {
  readonly status: "active" | "suspended";
  readonly version: RowVersion;
}

/** The organization of the transaction, locked against changes by others until its end if `forUpdate`. */
export async function findOperated(
  tx: Tx,
  organizationId: string,
  { forUpdate }: { readonly forUpdate: boolean },
): Promise<StoredOperated | null> {
  const { rows } = await tx.query(sql<StoredOperated>`${prepare("findOperatedOrganization")}
    SELECT o.organization_id AS id, o.name, o.language, o.status, o.user_count AS "userCount",
      COALESCE(o.owner_count, 0) AS "ownerCount",
      (SELECT count(*)::integer FROM invitations i
        WHERE i.organization_id = ${organizationId} AND i.status = 'pending') AS "invitationCount",
      o.user_limit AS "userLimit", o.created_at AS "createdAt", o.restorable_until AS "restorableUntil",
      ${rowVersion("o")} AS version
    FROM organizations o WHERE o.organization_id = ${organizationId} ${forUpdate ? sql`FOR NO KEY UPDATE` : sql``}`);
  return rows[0] ?? null;
}

/** What the operator changes. */
export type OperatedState = Pick<StoredOperated, "status" | "userLimit" | "restorableUntil">;

/** Stores the state, and returns the new version. `now`: of a deletion. */
export async function updateOperated(
  tx: Tx,
  organizationId: string,
  { status, userLimit, restorableUntil }: OperatedState,
  now: Date,
): Promise<RowVersion> {
  const deletedAt = restorableUntil === null ? null : now;
  const { rows } = await tx.query(sql<{ version: RowVersion }>`${prepare("updateOperatedOrganization")}
    UPDATE organizations o SET status = ${status}, user_limit = ${userLimit}, version = o.version + 1,
      deleted_at = ${deletedAt}::timestamptz, restorable_until = ${restorableUntil}::timestamptz
    WHERE o.organization_id = ${organizationId} RETURNING ${rowVersion("o")} AS version`);
  const [row] = rows;
  if (row === undefined) throw new Error("The organization is locked and gone.");
  return row.version;
}

/** What remains of an organization whose rows were removed. */
export interface Receipt {
  readonly deletedAt: Date;
  readonly removedAt: Date | null;
  readonly removedRows: number;
}

/** The receipt of an organization whose rows were removed, or are being removed; null if there is none. */
export async function findReceipt(tx: Tx, organizationId: string): Promise<Receipt | null> {
  const { rows } = await tx.query(sql<Receipt>`
    SELECT r.deleted_at AS "deletedAt", r.removed_at AS "removedAt", r.removed_rows::double precision AS "removedRows"
    FROM removed_organizations r WHERE r.organization_id = ${organizationId}`);
  return rows[0] ?? null;
}
