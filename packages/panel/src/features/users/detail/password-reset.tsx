/** Sends a user the link to set a new password; without a mail server, shows it. */
import type { SentPasswordReset, UserDetails } from "@gatehouse/sdk/contract";
import { Trans, useLingui } from "@lingui/react/macro";
import { useMutation } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { useProblemSentence } from "../../../lib/api/problem-text.tsx";
import { ApiProblem } from "../../../lib/api/request.ts";
import { useApi } from "../../../lib/api/use-api.tsx";
import { useStatusMessage } from "../../../lib/status-message.tsx";
import { absoluteTime } from "../../../ui/data-display/relative-time.ts";
import { InlineNotice } from "../../../ui/feedback/inline-notice.tsx";
import { Button } from "../../../ui/forms/button.tsx";
import { Dialog } from "../../../ui/overlays/dialog.tsx";
import { CopyField } from "../../settings/copy-field.tsx";

type ShownLink = Extract<SentPasswordReset, { url: string }>;

/** The action, and the dialog with the link. */
export function usePasswordReset({ id: userId, name }: Pick<UserDetails, "id" | "name">): {
  readonly send: () => void;
  readonly dialog: ReactNode;
} {
  const { t } = useLingui();
  const api = useApi();
  const say = useStatusMessage();
  const explain = useResetProblem(name);
  const [link, setLink] = useState<ShownLink | null>(null);
  const sending = useMutation({
    mutationFn: () =>
      api("POST /organizations/:organizationId/users/:userId/password-reset", {
        params: { userId },
      }),
    onSuccess(sent) {
      if ("url" in sent) setLink(sent);
      else say({ text: t`A link to set a new password is on its way to ${name}` });
    },
    onError: (error) => say({ tone: "bad", text: explain(error) }),
  });
  return {
    send: () => (sending.isPending ? undefined : sending.mutate()),
    dialog: link === null ? null : <LinkDialog name={name} link={link} onClose={() => setLink(null)} />,
  };
}

function useResetProblem(name: string): (error: unknown) => string {
  const { t } = useLingui();
  const problemSentence = useProblemSentence();
  return (error) => {
    const texts: Readonly<Record<string, string>> = {
      "users/no-sign-in": t`${name} doesn’t sign in to Gatehouse, so there is no password to reset.`,
      "forbidden/own-account": t`You can’t create this link for yourself. Change your password in My account.`,
      "forbidden/shared-account": t`${name} belongs to other organizations, too. Only a link by e-mail can reset the password: ask your administrator to set up a mail server.`,
    };
    const known = error instanceof ApiProblem ? texts[error.code] : undefined;
    if (known !== undefined) return known;
    return problemSentence(error);
  };
}

interface LinkDialogProps {
  readonly name: string;
  readonly link: ShownLink;
  readonly onClose: () => void;
}

function LinkDialog({ name, link, onClose }: LinkDialogProps) {
  const { t, i18n } = useLingui();
  const until = absoluteTime(new Date(link.expiresAt), i18n.locale);
  return (
    <Dialog
      title={t`A new password for ${name}`}
      isOpen
      isNarrow
      onClose={onClose}
      actions={
        <Button big variant="primary" onClick={onClose}>
          <Trans>Done</Trans>
        </Button>
      }
    >
      <p>
        <Trans>No mail server is set up, so send this link yourself.</Trans>
      </p>
      <InlineNotice tone="warn">
        <Trans>
          A person who has it can set the password. It works once, until {until}, and is shown only now.
        </Trans>
      </InlineNotice>
      <CopyField label={t`Link`} value={link.url} autoFocus />
    </Dialog>
  );
}
