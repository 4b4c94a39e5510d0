/** What changed of who may do what, read as one state of the database. */
import type { AccessEvents } from "@gatehouse/sdk/contract";
import type { Tx } from "../../database/database.ts";
import type { Deps } from "../../deps.ts";
import { catalogueOf } from "../../http/catalogues.ts";
import { findChanged, readRoles, readUsers } from "./access-queries.ts";
import type { Position } from "./position.ts";
import { findHead } from "./queries.ts";

/** Pieces of several states of one history. */
export interface Pieces {
  /** The oldest state: what changed since has to be read once more. */
  readonly from: Position;
  /** The newest state. A history that has its last event has those of all others. */
  readonly seen: Position;
}

/** Users in one event. */
export const pageSize = 1_000;

/** A transaction whose statements see one state. */
export const oneState = { readOnly: true, isolation: "repeatable read" } as const;

/**
 * How everything stands that changed after `from`: one state, and the position that it includes; null when the event of `seen`
 * is not part of it.
 */
export function readChanged(
  db: Pick<Deps["db"], "tenant">,
  organizationId: string,
  { from, seen }: Pieces,
): Promise<{ readonly parts: readonly string[]; readonly head: Position } | null> {
  return db.tenant(
    organizationId,
    async (tx) => {
      const [head, changed] = await Promise.all([
        findHead(tx, organizationId, seen),
        findChanged(tx, organizationId, from),
      ]);
      if (head === null) return null;
      const { isOtherCatalogue, roleIds, userIds } = changed;
      const parts: string[] = [];
      if (isOtherCatalogue) parts.push(await readCatalogue(tx, organizationId));
      if (isOtherCatalogue || roleIds.length > 0) {
        const roles = await readRoles(tx, organizationId, isOtherCatalogue ? null : roleIds);
        parts.push(accessEvent("roles", { roles: [...roles] }));
      }
      for (let start = 0; start < userIds.length; start += pageSize) {
        const users = await readUsers(tx, organizationId, userIds.slice(start, start + pageSize));
        parts.push(accessEvent("users", { users: [...users] }));
      }
      return { parts, head };
    },
    oneState,
  );
}

/** The catalogue as it is, as an event. */
export async function readCatalogue(tx: Tx, organizationId: string): Promise<string> {
  const { definition } = await catalogueOf(tx, organizationId);
  return accessEvent("catalogue", { groups: definition as AccessEvents["catalogue"]["groups"] });
}

/** An event without an id. */
export function accessEvent<N extends keyof AccessEvents>(name: N, data: AccessEvents[N]): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}
