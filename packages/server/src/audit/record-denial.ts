import type { Actor } from "../auth/actor.ts";
import type { Deps } from "../deps.ts";
import { isFirstInMinute } from "./first-in-minute.ts";
import { record } from "./record.ts";

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
