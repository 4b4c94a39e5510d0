import type { Deps } from "../deps.ts";
import type { Actor } from "../http/actor.ts";
import { isFirstInMinute } from "./first-in-minute.ts";
import { record } from "./record.ts";

/**
 * Writes down that somebody tried what they may not do: at most one event a minute for each of them and each code, so that
 * nobody fills the log. `operationId` is what they tried first.
 */
export async function recordRefusal(
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
    { system: "a refusal is recorded, whatever the rights of who was refused" },
  );
}
