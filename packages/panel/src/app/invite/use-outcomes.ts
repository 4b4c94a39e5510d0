import type { InvitationView, SendInvitations } from "@gatehouse/sdk/contract";
import { parseEmail } from "@gatehouse/sdk/contract";
import { useEffect, useEffectEvent, useState } from "react";
import { useApi } from "../session/api.tsx";
import { type Row, stateOf, waitingIn, withNews, wrongState } from "./outcomes.ts";
import type { Terms } from "./use-terms.ts";

const pause = 1200;
/** How many invitations are asked for at a time. */
const batch = 10;

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
    if (result !== undefined) replace(row.key, read.email, stateOf(result));
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

/** Asks for what is waiting, a few at a time and in turn, until all have settled. */
function useNews(rows: readonly Row[], onNews: (news: readonly InvitationView[]) => void): void {
  const api = useApi();
  const isWaiting = waitingIn(rows).length > 0;
  const ask = useEffectEvent(async (turn: number, signal: AbortSignal) => {
    const waiting = waitingIn(rows);
    const start = (turn * batch) % Math.max(1, waiting.length);
    const asked = waiting.slice(start, start + batch);
    const answers = await Promise.allSettled(
      asked.map(({ id }) =>
        api("GET /organizations/:organizationId/invitations/:invitationId", {
          params: { invitationId: id },
          signal,
        }),
      ),
    );
    // What could not be read is asked again in the next round.
    if (!signal.aborted)
      onNews(answers.flatMap((answer) => (answer.status === "fulfilled" ? [answer.value] : [])));
  });
  useEffect(() => {
    if (!isWaiting) return;
    const stop = new AbortController();
    let timer: ReturnType<typeof setTimeout>;
    const next = (turn: number) => {
      timer = setTimeout(() => {
        void ask(turn, stop.signal).then(() => (stop.signal.aborted ? undefined : next(turn + 1)));
      }, pause);
    };
    next(0);
    return () => {
      stop.abort();
      clearTimeout(timer);
    };
  }, [isWaiting]);
}
