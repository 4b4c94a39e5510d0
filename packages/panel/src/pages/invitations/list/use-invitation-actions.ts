import type { InvitationView } from "@gatehouse/sdk/contract";
import { useLingui } from "@lingui/react/macro";
import { useMutation } from "@tanstack/react-query";
import { focusPage } from "../../../app/navigation/use-focus-on-navigation.ts";
import { useProblemText, useRefusalText } from "../../../app/problem-text.ts";
import { useApi } from "../../../app/session/api.tsx";
import { useCan } from "../../../app/session/session.tsx";
import { useStatus } from "../../../app/status-strip.tsx";
import { useRefresh } from "./use-invitations.ts";

/** As much of an invitation as the actions need. */
type ActedOn = Pick<InvitationView, "id" | "email">;

/** What can be done with one invitation from its row. Each says in the strip what came of it. */
export interface InvitationActions {
  readonly resend: (invitation: ActedOn) => void;
  readonly copyLink: (invitation: ActedOn) => void;
  readonly revoke: (invitation: ActedOn) => void;
}

/** The actions of a row. */
export function useInvitationActions(): InvitationActions {
  const copyLink = useCopyLink();
  return { copyLink, resend: useResend(copyLink), revoke: useRevoke() };
}

/** Says that something failed, in the strip. */
function useSayProblem(): (error: unknown) => void {
  const say = useStatus();
  const problemText = useProblemText();
  return (error) => {
    const { title, text } = problemText(error);
    say({ tone: "bad", text: `${title}. ${text}` });
  };
}

/** Lists anew; where that took the row away, and the focus with it, the focus goes to the page's heading. */
function useSettle(): () => Promise<void> {
  const refresh = useRefresh();
  return async () => {
    await refresh();
    if (document.activeElement === document.body) focusPage();
  };
}

function useResend(copyLink: InvitationActions["copyLink"]): InvitationActions["resend"] {
  const { t } = useLingui();
  const api = useApi();
  const say = useStatus();
  const settle = useSettle();
  const { mutate } = useMutation({
    mutationFn: ({ id }: ActedOn) =>
      api("POST /organizations/:organizationId/invitations/:invitationId/resend", {
        params: { invitationId: id },
        idempotencyKey: crypto.randomUUID(),
      }),
    async onSuccess(invitation) {
      await settle();
      const { email } = invitation;
      if (invitation.delivery === "not-configured")
        say({
          text: t`${email} has a new link; the old one no longer works. No mail server is set up, so pass it on yourself.`,
          action: { label: t`Copy link`, run: () => copyLink(invitation) },
        });
      else say({ text: t`A mail with a new link is on its way to ${email}. The old link no longer works.` });
    },
    onError: useSayProblem(),
  });
  return mutate;
}

function useCopyLink(): InvitationActions["copyLink"] {
  const { t } = useLingui();
  const api = useApi();
  const say = useStatus();
  const { mutate } = useMutation({
    async mutationFn({ id }: ActedOn) {
      const { url } = await api("POST /organizations/:organizationId/invitations/:invitationId/link", {
        params: { invitationId: id },
      });
      try {
        await navigator.clipboard.writeText(url);
        return null;
      } catch {
        return url;
      }
    },
    onSuccess(uncopied, { email }) {
      if (uncopied === null) say({ text: t`The link for ${email} is copied. Whoever has it can accept.` });
      else say({ tone: "warn", text: t`The browser doesn’t let this page copy. The link is ${uncopied}` });
    },
    onError: useSayProblem(),
  });
  return mutate;
}

function useRevoke(): InvitationActions["revoke"] {
  const { t } = useLingui();
  const api = useApi();
  const say = useStatus();
  const settle = useSettle();
  const sayProblem = useSayProblem();
  const refusalText = useRefusalText();
  const canRestore = useCan("invitations:send");
  const undo = useMutation({
    mutationFn: ({ id }: ActedOn) =>
      api("POST /organizations/:organizationId/invitations/restore", {
        body: { invitationIds: [id] },
        idempotencyKey: crypto.randomUUID(),
      }),
    async onSuccess({ results }, { email }) {
      await settle();
      const refused = results.find(({ status }) => status === "refused");
      if (refused === undefined) say({ text: t`${email} is invited as before; the same link works again.` });
      else say({ tone: "bad", text: refusalText(refused) });
    },
    onError: sayProblem,
  });
  const { mutate } = useMutation({
    mutationFn: ({ id }: ActedOn) =>
      api("DELETE /organizations/:organizationId/invitations/:invitationId", {
        params: { invitationId: id },
      }),
    async onSuccess(_, invitation) {
      await settle();
      const { email } = invitation;
      say({
        text: t`The invitation of ${email} is revoked; its link no longer works.`,
        ...(canRestore ? { action: { label: t`Undo`, run: () => undo.mutate(invitation) } } : {}),
      });
    },
    onError: sayProblem,
  });
  return mutate;
}
