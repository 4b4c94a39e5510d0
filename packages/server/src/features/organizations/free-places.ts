import type { Tx } from "../../db/database.ts";
import { prepare, sql } from "../../db/sql.ts";

/** How many users an organization may still get, and how many with its pending invitations. */
export interface FreePlaces {
  readonly users: number;
  readonly invitations: number;
}

/** The free places below the limit of users; null without a limit. The database rejects users above it in any case. */
export async function findFreePlaces(tx: Tx, organizationId: string, now: Date): Promise<FreePlaces | null> {
  const { rows } = await tx.query(sql<{
    users: number | null;
    pending: number | null;
  }>`${prepare("findFreePlaces")}
    SELECT o.user_limit - o.user_count AS users,
      CASE WHEN o.user_limit IS NOT NULL THEN (SELECT count(*)::integer FROM invitations i
        WHERE i.organization_id = ${organizationId} AND i.status = 'pending' AND i.expires_at > ${now}) END AS pending
    FROM organizations o WHERE o.organization_id = ${organizationId}`);
  const { users = null, pending = null } = rows[0] ?? {};
  if (users === null) return null;
  return { users: Math.max(0, users), invitations: Math.max(0, users - (pending ?? 0)) };
}
