import { Trans, useLingui } from "@lingui/react/macro";
import { useMutation } from "@tanstack/react-query";
import { inputClass } from "../../ui/field.tsx";
import { Reason } from "../../ui/reason.tsx";
import { Hidden, LinkButton } from "../../ui/text.tsx";
import { useProblemText } from "../problem-text.ts";
import { useApi } from "../session/api.tsx";
import styles from "./results.module.css";

interface CopyLinkProps {
  readonly invitationId: string;
  readonly email: string;
}

/** Copies an invitation's link; where the browser refuses, the link stands there to be copied by hand. */
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
        <Hidden> {email}</Hidden>
      </LinkButton>
      <Hidden>
        <span role="status">{isCopied ? t`The link for ${email} is copied` : null}</span>
      </Hidden>
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
        <Reason tone="bad">
          {problem.title}. {problem.text}
        </Reason>
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
