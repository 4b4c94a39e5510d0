import { record } from "../../audit/record.ts";
import type { Tx } from "../../database/database.ts";
import type { Deps } from "../../deps.ts";
import type { Panel } from "./panel-request.ts";
import type { PanelVisitor } from "./queries.ts";

/** Somebody came or went. */
export interface Visit {
  readonly action: "panels.signed-in" | "panels.signed-out";
  readonly visitor: PanelVisitor;
  readonly requestId: string;
}

/**
 * Records it with the browser that Gatehouse's own page had seen: through a panel's host the request would come from the
 * panel's machine.
 */
export async function recordVisit(
  deps: Pick<Deps, "clock" | "ids">,
  tx: Tx,
  { organizationId, origin }: Panel,
  { action, visitor, requestId }: Visit,
): Promise<void> {
  const { userId, name, ip, userAgent } = visitor;
  const actor = {
    type: "user",
    id: userId,
    name,
    organizationId,
    origin: { ip, userAgent, requestId },
  } as const;
  await record(deps, tx, actor, [{ action, target: { type: "panel", id: null, name: origin } }]);
}
