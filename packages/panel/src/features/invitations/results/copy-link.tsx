import { Trans, useLingui } from "@lingui/react/macro";
import { useMutation } from "@tanstack/react-query";
import { useProblemText } from "../../../lib/api/problem-text.ts";
import { useApi } from "../../../lib/api/use-api.tsx";
import { InlineNotice } from "../../../ui/feedback/inline-notice.tsx";
import { inputClass } from "../../../ui/forms/field.tsx";
import { LinkButton, VisuallyHidden } from "../../../ui/text.tsx";
import styles from "./results.module.css";

interface CopyLinkProps {
  readonly invitationId: string;
  readonly email: string;
}

/** Copies the link of an invitation. Where the clipboard is blocked, it shows the link in an input. */
export function CopyLink({ invitationId, email }: CopyLinkProps) {
  const { t } = useLingui();
  const api = useApi();
  const problemText = useProblemText();
  const copy = useMutation({
    async mutationFn() {
      const { url } = await api("POST /organizations/:organizationId/invitations/:invitationId/link", {
        params: { invitationId },
      });
      return { url, isCopied: await tryToCopy(url) };
    },
  });
  const problem = copy.error === null ? null : problemText(copy.error);
  const isCopied = copy.data?.isCopied === true;
  return (
    <>
      <LinkButton
        variant="quiet"
        aria-busy={copy.isPending}
        onClick={() => (copy.isPending ? undefined : copy.mutate())}
      >
        {isCopied ? <Trans>Link copied</Trans> : <Trans>Copy link</Trans>}
        <VisuallyHidden> {email}</VisuallyHidden>
      </LinkButton>
      <VisuallyHidden>
        <span role="status">{isCopied ? t`The link for ${email} is copied` : null}</span>
      </VisuallyHidden>
      {copy.data === undefined || isCopied ? null : (
        <input
          readOnly
          className={`${inputClass()} ${styles["link"]}`}
          aria-label={t`Link for ${email}`}
          value={copy.data.url}
          ref={(field) => field?.select()}
          onFocus={(event) => event.currentTarget.select()}
        />
      )}
      {problem === null ? null : (
        <InlineNotice tone="bad">
          {problem.title}. {problem.text}
        </InlineNotice>
      )}
    </>
  );
}

async function tryToCopy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
