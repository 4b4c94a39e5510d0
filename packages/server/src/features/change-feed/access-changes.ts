/** Changes of users, roles and grants, read in one transaction. */
import type { AccessEvents } from "@gatehouse/sdk/contract";
import { getCatalogue } from "../../auth/catalogue-cache.ts";
import type { Tx } from "../../db/database.ts";
import type { Deps } from "../../deps.ts";
import { findChanged, readRoles, readUsers } from "./access-queries.ts";
import type { Position } from "./position.ts";
import { findHead } from "./queries.ts";

/** The positions of snapshot pages that were read in several transactions. */
export interface SnapshotRange {
  /** The first page: changes after it have to be read again. */
  readonly oldest: Position;
  /** The last page. A log that contains this position contains all earlier ones. */
  readonly newest: Position;
}

/** Users in one event. */
export const pageSize = 1_000;

/** All statements of the transaction see the same snapshot. */
export const repeatableRead = { readOnly: true, isolation: "repeatable read" } as const;

/** The current state of everything that changed after `oldest`, and its position; null when the log doesn't contain `newest`. */
export function readAccessChanges(
  db: Pick<Deps["db"], "tenant">,
  organizationId: string,
  { oldest, newest }: SnapshotRange,
): Promise<{ readonly parts: readonly string[]; readonly head: Position } | null> {
  return db.tenant(
    organizationId,
    async (tx) => {
      const [head, changed] = await Promise.all([
        findHead(tx, organizationId, newest),
        findChanged(tx, organizationId, oldest),
      ]);
      if (head === null) return null;
      const { isOtherCatalogue, roleIds, userIds } = changed;
      const parts: string[] = [];
      if (isOtherCatalogue) parts.push(await readCatalogue(tx, organizationId));
      if (isOtherCatalogue || roleIds.length > 0) {
        const roles = await readRoles(tx, organizationId, isOtherCatalogue ? null : roleIds);
        parts.push(formatAccessEvent("roles", { roles: [...roles] }));
      }
      for (let start = 0; start < userIds.length; start += pageSize) {
        const users = await readUsers(tx, organizationId, userIds.slice(start, start + pageSize));
        parts.push(formatAccessEvent("users", { users: [...users] }));
      }
      return { parts, head };
    },
    repeatableRead,
  );
}

/** The current catalogue as an event. */
export async function readCatalogue(tx: Tx, organizationId: string): Promise<string> {
  const { definition } = await getCatalogue(tx, organizationId);
  return formatAccessEvent("catalogue", { groups: definition as AccessEvents["catalogue"]["groups"] });
}

/** An event without an id. */
export function formatAccessEvent<N extends keyof AccessEvents>(name: N, data: AccessEvents[N]): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}
