import type { InvitationCounts, InvitationView, Total } from "@gatehouse/sdk/contract";
import { useLingui } from "@lingui/react/macro";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useItemErrorText, useProblemSentence } from "../../../lib/api/problem-text.tsx";
import { useApi, useApiKey, useApiQuery } from "../../../lib/api/use-api.tsx";
import { focusPage } from "../../../lib/navigation/page-change.ts";
import { createRandomId } from "../../../lib/random-id.ts";
import { useCan } from "../../../lib/session/session.tsx";
import { useStatusMessage } from "../../../lib/status-message.tsx";
import { type InvitationSearch, toListQuery } from "./invitation-search.ts";

/** Poll interval in milliseconds while emails are queued. */
const pause = 3000;

/** One page of the list and its loading state. */
export interface InvitationPage {
  readonly invitations: readonly InvitationView[] | null;
  readonly nextCursor: string | null;
  readonly total: Total | null;
  /** Number of matches in each tab; null until loaded. */
  readonly counts: InvitationCounts | null;
  readonly error: unknown;
  /** The previous rows are shown while the next ones load. */
  readonly isStale: boolean;
  readonly retry: () => unknown;
}

/** Loads the invitations for the search parameters; polls while an email is queued. */
export function useInvitations(search: InvitationSearch): InvitationPage {
  const page = useApiQuery(
    "GET /organizations/:organizationId/invitations",
    { query: toListQuery(search) },
    {
      keepsPrevious: true,
      refetchEvery: ({ body }) =>
        body.items.some(({ delivery, status }) => delivery === "queued" && status === "pending")
          ? pause
          : false,
    },
  );
  const counts = useApiQuery(
    "GET /organizations/:organizationId/invitations/counts",
    { query: search.q === undefined ? {} : { query: search.q } },
    { keepsPrevious: true },
  );
  const body = page.data?.body;
  return {
    invitations: body?.items ?? null,
    nextCursor: body?.nextCursor ?? null,
    total: body?.total ?? null,
    counts: counts.data?.body ?? null,
    error: body === undefined ? page.error : null,
    isStale: page.isPlaceholderData,
    retry: () => page.refetch(),
  };
}

/** Reloads invitations and their counts after a change. */
export function useRefreshInvitations(): () => Promise<void> {
  const client = useQueryClient();
  const key = useApiKey();
  return async () => {
    await Promise.all([
      client.invalidateQueries({ queryKey: key("GET /organizations/:organizationId/invitations") }),
      client.invalidateQueries({ queryKey: key("GET /organizations/:organizationId/invitations/counts") }),
    ]);
  };
}

/** The fields of an invitation that the actions need. */
type ActedOn = Pick<InvitationView, "id" | "email">;

/** Actions for one invitation. Each reports its result in the status message. */
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

/** Shows an error in the status message. */
function useSayProblem(): (error: unknown) => void {
  const say = useStatusMessage();
  const problemSentence = useProblemSentence();
  return (error) => {
    say({ tone: "bad", text: problemSentence(error) });
  };
}

/** Refreshes the list; if that removed the row with the focus, the page's heading gets it. */
function useSettle(): () => Promise<void> {
  const refresh = useRefreshInvitations();
  return async () => {
    await refresh();
    if (document.activeElement === document.body) focusPage();
  };
}

function useResend(copyLink: InvitationActions["copyLink"]): InvitationActions["resend"] {
  const { t } = useLingui();
  const api = useApi();
  const say = useStatusMessage();
  const settle = useSettle();
  const { mutate } = useMutation({
    mutationFn: ({ id }: ActedOn) =>
      api("POST /organizations/:organizationId/invitations/:invitationId/resend", {
        params: { invitationId: id },
        idempotencyKey: createRandomId(),
      }),
    async onSuccess(invitation) {
      await settle();
      const { email } = invitation;
      if (invitation.delivery === "not-configured")
        say({
          text: t`${email} has a new link; the old one no longer works. No mail server is set up, so share the link yourself.`,
          action: { label: t`Copy link`, run: () => copyLink(invitation) },
        });
      else
        say({ text: t`An e-mail with a new link is being sent to ${email}. The old link no longer works.` });
    },
    onError: useSayProblem(),
  });
  return mutate;
}

function useCopyLink(): InvitationActions["copyLink"] {
  const { t } = useLingui();
  const api = useApi();
  const say = useStatusMessage();
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
      if (uncopied === null)
        say({ text: t`The link for ${email} is copied. Anyone with the link can accept.` });
      else say({ tone: "warn", text: t`Your browser blocked copying. The link is ${uncopied}` });
    },
    onError: useSayProblem(),
  });
  return mutate;
}

function useRevoke(): InvitationActions["revoke"] {
  const { t } = useLingui();
  const api = useApi();
  const say = useStatusMessage();
  const settle = useSettle();
  const sayProblem = useSayProblem();
  const refusalText = useItemErrorText();
  const canRestore = useCan("invitations:send");
  const undo = useMutation({
    mutationFn: ({ id }: ActedOn) =>
      api("POST /organizations/:organizationId/invitations/restore", {
        body: { invitationIds: [id] },
        idempotencyKey: createRandomId(),
      }),
    async onSuccess({ results }, { email }) {
      await settle();
      const refused = results.find(({ status }) => status === "refused");
      if (refused === undefined) say({ text: t`${email} is invited again. The same link works.` });
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
        text: t`The invitation for ${email} is revoked. Its link no longer works.`,
        ...(canRestore ? { action: { label: t`Undo`, run: () => undo.mutate(invitation) } } : {}),
      });
    },
    onError: sayProblem,
  });
  return mutate;
}
