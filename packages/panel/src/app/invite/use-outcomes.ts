import type { InvitationView, SendInvitations } from "@gatehouse/sdk/contract";
import { parseEmail } from "@gatehouse/sdk/contract";
import { useEffect, useEffectEvent, useRef, useState } from "react";
import { type Api, useApi } from "../session/api.tsx";
import { type Row, stateOf, waitingIn, withNews, wrongState } from "./outcomes.ts";
import type { Terms } from "./use-terms.ts";

const pause = 1200;
/** Up to so many are asked for one by one; more are looked for in the list of invitations, a page at a time. */
const few = 10;

/** The lines of the results, kept up to date while mails are on their way. */
export function useOutcomes(first: readonly Row[], terms: Terms) {
  const api = useApi();
  const [rows, setRows] = useState(first);
  useNews(rows, (news) => setRows((before) => withNews(before, news)));
  const replace = (key: number, text: string, state: Row["state"]) =>
    setRows((before) => before.map((row) => (row.key === key ? { ...row, text, state } : row)));

  /** Tries an address again, corrected or not. Rejects with the problem where there is no answer. */
  async function retry(row: Row, text: string): Promise<void> {
    const read = parseEmail(text);
    if (!read.ok) return replace(row.key, text, wrongState(text));
    const { state } = row;
    if (state.is === "invited" && state.invitation.email === read.email) {
      const invitation = await api("POST /organizations/:organizationId/invitations/:invitationId/resend", {
        params: { invitationId: state.invitation.id },
        idempotencyKey: crypto.randomUUID(),
      });
      return replace(row.key, read.email, { is: "invited", invitation });
    }
    const { results } = await api("POST /organizations/:organizationId/invitations", {
      body: requestFor(read.email, row.name, terms),
      idempotencyKey: crypto.randomUUID(),
    });
    const [result] = results;
    if (result === undefined) return;
    replace(row.key, read.email, stateOf(result));
    // The link of the address that was wrong must not stay good for whoever reads its mail.
    if (state.is === "invited" && result.invitation !== undefined)
      await api("DELETE /organizations/:organizationId/invitations/:invitationId", {
        params: { invitationId: state.invitation.id },
      }).catch(() => undefined);
  }
  return { rows, retry };
}

function requestFor(email: string, name: string | undefined, terms: Terms): SendInvitations {
  const { roleIds, ...others } = terms;
  return {
    invitations: [{ email, roleIds: [...roleIds], ...(name === undefined ? {} : { name }) }],
    ...others,
  };
}

/** Asks for what is waiting until all have settled. */
function useNews(rows: readonly Row[], onNews: (news: readonly InvitationView[]) => void): void {
  const api = useApi();
  const isWaiting = waitingIn(rows).length > 0;
  const cursor = useRef<string | null>(null);
  const ask = useEffectEvent(async (signal: AbortSignal) => {
    const waiting = waitingIn(rows);
    const news = waiting.length <= few ? await readEach(api, waiting, signal) : await readPage(signal);
    if (!signal.aborted) onNews(news);
  });
  /** The newest invitations are those of this dialog: page after page of them, then from the first again. */
  async function readPage(signal: AbortSignal): Promise<readonly InvitationView[]> {
    const query = { limit: "100", ...(cursor.current === null ? {} : { cursor: cursor.current }) };
    try {
      const page = await api("GET /organizations/:organizationId/invitations", { query, signal });
      const isMine = page.items.some(({ id }) => rows.some((row) => idOf(row) === id));
      cursor.current = isMine ? page.nextCursor : null;
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

function idOf({ state }: Row): string | null {
  return state.is === "invited" ? state.invitation.id : null;
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
