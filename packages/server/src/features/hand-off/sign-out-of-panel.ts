import type { Deps } from "../../deps.ts";
import { hashToken } from "../../ports/secrets.ts";
import type { Panel } from "./panel-request.ts";
import { endPanelSession } from "./queries.ts";
import { recordVisit } from "./record-visit.ts";

/** Ends the panel session of a token, if it is one. The session in Gatehouse, and those at other panels, go on. */
export async function signOutOfPanel(
  deps: Pick<Deps, "db" | "clock" | "ids">,
  panel: Panel,
  { token, requestId }: { readonly token: string; readonly requestId: string },
): Promise<void> {
  const { organizationId, origin } = panel;
  await deps.db.tenant(
    organizationId,
    async (tx) => {
      const visitor = await endPanelSession(tx, organizationId, { tokenHash: hashToken(token), origin });
      if (visitor !== null)
        await recordVisit(deps, tx, panel, { action: "panels.signed-out", visitor, requestId });
    },
    { system: "whoever has a panel's cookie may give it back" },
  );
}
