import type { Actor } from "../auth/actor.ts";
import type { Tx } from "../db/database.ts";
import { sql } from "../db/sql.ts";
import type { Deps } from "../deps.ts";
import { hashToken } from "../ports/secrets.ts";
import { record } from "./record.ts";

const minute = 60_000;

/**
 * Whether this is the first call with `name` in a minute, across processes. Names must not contain anything that a
 * caller chooses, because each is a row until the clean-up.
 */
export async function isFirstInMinute(tx: Tx, name: string, now: Date): Promise<boolean> {
  const { rows } = await tx.query(sql`
    INSERT INTO throttles AS t (bucket, failures, started_at, expires_at)
    VALUES (${hashToken(name)}, 1, ${now}, ${new Date(now.getTime() + minute)})
    ON CONFLICT (bucket) DO UPDATE SET started_at = excluded.started_at, expires_at = excluded.expires_at
      WHERE t.expires_at <= ${now}
    RETURNING 1`);
  return rows.length === 1;
}

/**
 * Records that an actor was denied: at most one event a minute for each actor and code, so that nobody floods the
 * log. `operationId` is the first denied operation.
 */
export async function recordDenial(
  deps: Pick<Deps, "db" | "clock" | "ids">,
  actor: Actor,
  { operationId, code }: { readonly operationId: string; readonly code: string },
): Promise<void> {
  const { organizationId, type, id, name } = actor;
  await deps.db.tenant(
    organizationId,
    async (tx) => {
      const kind = `refused ${organizationId} ${type} ${id} ${code}`;
      if (!(await isFirstInMinute(tx, kind, deps.clock.now()))) return;
      const changes = [
        { field: "action", before: null, after: operationId },
        { field: "result", before: null, after: code },
      ] as const;
      await record(deps, tx, actor, [{ action: "access.refused", target: { type, id, name }, changes }]);
    },
    { system: "records a denied request" },
  );
}
