import type { InvitationView } from "@gatehouse/sdk/contract";
import { useEffect, useEffectEvent, useRef } from "react";
import { type Api, useApi } from "../session/api.tsx";

const pause = 1200;
/** Up to so many are asked for one by one; more are looked for in the list of invitations, a page at a time. */
const few = 10;

/**
 * Asks what became of mails that are still on their way, until all have settled.
 *
 * @param invitations those just made, as far as they are known; the newest of the list of invitations
 * @param onNews gets invitations as they are now, also others than those
 */
export function useInvitationNews(
  invitations: readonly InvitationView[],
  onNews: (news: readonly InvitationView[]) => void,
): void {
  const api = useApi();
  const isWaiting = invitations.some(isOnItsWay);
  const cursor = useRef<string | null>(null);
  const ask = useEffectEvent(async (signal: AbortSignal) => {
    const waiting = invitations.filter(isOnItsWay);
    const news = waiting.length <= few ? await readEach(api, waiting, signal) : await readPage(signal);
    if (!signal.aborted) onNews(news);
  });
  /** Page after page of the newest invitations, then from the first again. */
  async function readPage(signal: AbortSignal): Promise<readonly InvitationView[]> {
    const query = { limit: "100", ...(cursor.current === null ? {} : { cursor: cursor.current }) };
    try {
      const page = await api("GET /organizations/:organizationId/invitations", { query, signal });
      const own = new Set(invitations.map(({ id }) => id));
      cursor.current = page.items.some(({ id }) => own.has(id)) ? page.nextCursor : null;
      return page.items;
    } catch {
      cursor.current = null; // Asked again in the next round.
      return [];
    }
  }
  useEffect(() => {
    if (!isWaiting) return;
    const stop = new AbortController();
    let timer: ReturnType<typeof setTimeout>;
    const next = () => {
      timer = setTimeout(() => {
        void ask(stop.signal).then(() => (stop.signal.aborted ? undefined : next()));
      }, pause);
    };
    next();
    return () => {
      stop.abort();
      clearTimeout(timer);
    };
  }, [isWaiting]);
}

function isOnItsWay({ delivery }: InvitationView): boolean {
  return delivery === "queued";
}

/** What could not be read is asked again in the next round. */
async function readEach(
  api: Api,
  waiting: readonly InvitationView[],
  signal: AbortSignal,
): Promise<readonly InvitationView[]> {
  const answers = await Promise.allSettled(
    waiting.map(({ id }) =>
      api("GET /organizations/:organizationId/invitations/:invitationId", {
        params: { invitationId: id },
        signal,
      }),
    ),
  );
  return answers.flatMap((answer) => (answer.status === "fulfilled" ? [answer.value] : []));
}
