import type { SendInvitations } from "@gatehouse/sdk/contract";
import { parseEmail } from "@gatehouse/sdk/contract";
import { useState } from "react";
import { useApi } from "../session/api.tsx";
import { invitationsIn, type Row, stateOf, withNews, wrongState } from "./outcomes.ts";
import { useInvitationNews } from "./use-invitation-news.ts";
import type { Terms } from "./use-terms.ts";

/** The lines of the results, kept up to date while mails are on their way. */
export function useOutcomes(first: readonly Row[], terms: Terms) {
  const api = useApi();
  const [rows, setRows] = useState(first);
  useInvitationNews(invitationsIn(rows), (news) => setRows((before) => withNews(before, news)));
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
