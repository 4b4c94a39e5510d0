import type { Deps } from "../../deps.ts";
import { idleSince } from "../../http/session-limits.ts";
import { hashToken } from "../../ports/secrets.ts";
import type { Panel } from "./panel-request.ts";
import { endEarlier, redeem } from "./queries.ts";
import { recordVisit } from "./record-visit.ts";
import { stateHash } from "./state.ts";

/** What a browser brings back from Gatehouse, and the state that it had kept. */
export interface Returned {
  readonly code: string;
  /** Null where it had kept none: the code is used up, and nothing opened. */
  readonly state: string | null;
  readonly requestId: string;
}

/** A panel session that was opened: the cookie's value, and when the session that it hangs on ends at the latest. */
export interface OpenedPanelSession {
  readonly value: string;
  readonly expires: Date;
}

/**
 * Redeems a code: the browser is signed in to the panel with a fresh token. Null when anything doesn't fit (the code, its
 * time, the panel, the state) or the session that it hangs on is over; the code is used up all the same.
 */
export async function redeemCode(
  deps: Pick<Deps, "db" | "clock" | "ids" | "secrets">,
  panel: Panel,
  { code, state, requestId }: Returned,
): Promise<OpenedPanelSession | null> {
  const { organizationId, origin } = panel;
  const now = deps.clock.now();
  const value = `ghp_${organizationId.replaceAll("-", "")}_${deps.secrets.token()}`;
  const redemption = {
    codeHash: hashToken(code),
    stateHash: state === null ? null : stateHash(state),
    origin,
    tokenHash: hashToken(value),
    now,
    idleSince: idleSince(now),
  };
  return deps.db.tenant(
    organizationId,
    async (tx) => {
      const redeemed = await redeem(tx, organizationId, redemption);
      if (redeemed === null) return null;
      await endEarlier(tx, organizationId, { ...redeemed, origin });
      await recordVisit(deps, tx, panel, { action: "panels.signed-in", visitor: redeemed, requestId });
      return { value, expires: redeemed.expiresAt };
    },
    { system: "the code and the state are the proof" },
  );
}
