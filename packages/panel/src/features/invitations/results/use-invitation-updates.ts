import type { InvitationView } from "@gatehouse/sdk/contract";
import { useEffect, useEffectEvent, useRef } from "react";
import { type Api, useApi } from "../../../lib/api/use-api.tsx";

const intervalMs = 1200;
/** Up to this number, invitations are read one by one; more are read from the list, page by page. */
const maxSingleReads = 10;

/**
 * Polls the delivery of queued emails until all are sent or failed.
 *
 * @param invitations the created invitations, the newest in the list
 * @param onUpdate called with current invitations, which may include others
 */
export function useInvitationUpdates(
  invitations: readonly InvitationView[],
  onUpdate: (updates: readonly InvitationView[]) => void,
): void {
  const api = useApi();
  const isWaiting = invitations.some(isQueued);
  const cursor = useRef<string | null>(null);
  const poll = useEffectEvent(async (signal: AbortSignal) => {
    const waiting = invitations.filter(isQueued);
    const updates =
      waiting.length <= maxSingleReads ? await readEach(api, waiting, signal) : await readPage(signal);
    if (!signal.aborted) onUpdate(updates);
  });
  /** Reads the next page of the newest invitations, and starts again after the last relevant one. */
  async function readPage(signal: AbortSignal): Promise<readonly InvitationView[]> {
    const query = { limit: "100", ...(cursor.current === null ? {} : { cursor: cursor.current }) };
    try {
      const page = await api("GET /organizations/:organizationId/invitations", { query, signal });
      const own = new Set(invitations.map(({ id }) => id));
      cursor.current = page.items.some(({ id }) => own.has(id)) ? page.nextCursor : null;
      return page.items;
    } catch {
      cursor.current = null; // The next poll starts again.
      return [];
    }
  }
  useEffect(() => {
    if (!isWaiting) return;
    const stop = new AbortController();
    let timer: ReturnType<typeof setTimeout>;
    const next = () => {
      timer = setTimeout(() => {
        void poll(stop.signal).then(() => (stop.signal.aborted ? undefined : next()));
      }, intervalMs);
    };
    next();
    return () => {
      stop.abort();
      clearTimeout(timer);
    };
  }, [isWaiting]);
}

function isQueued({ delivery }: InvitationView): boolean {
  return delivery === "queued";
}

/** Reads invitations one by one. A failed request is repeated by the next poll. */
async function readEach(
  api: Api,
  waiting: readonly InvitationView[],
  signal: AbortSignal,
): Promise<readonly InvitationView[]> {
  const responses = await Promise.allSettled(
    waiting.map(({ id }) =>
      api("GET /organizations/:organizationId/invitations/:invitationId", {
        params: { invitationId: id },
        signal,
      }),
    ),
  );
  return responses.flatMap((answer) => (answer.status === "fulfilled" ? [answer.value] : []));
}
