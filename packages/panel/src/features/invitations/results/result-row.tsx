import { displayEmail, type InvitationView } from "@gatehouse/sdk/contract";
import { Trans, useLingui } from "@lingui/react/macro";
import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type KeyboardEvent, type ReactNode, useId, useState } from "react";
import { useFieldErrorText, useProblemText } from "../../../lib/api/problem-text.tsx";
import { useApi } from "../../../lib/api/use-api.tsx";
import { formatEmailFailure } from "../../../lib/labels/email-failure-labels.ts";
import { useCan, useSession } from "../../../lib/session/session.tsx";
import { DeliveryBadge, StatusBadge } from "../../../ui/data-display/badges.tsx";
import { InlineNotice } from "../../../ui/feedback/inline-notice.tsx";
import { Button } from "../../../ui/forms/button.tsx";
import { inputClass } from "../../../ui/forms/field.tsx";
import { MinusIcon, UsersIcon, WaitingIcon } from "../../../ui/icons.tsx";
import { LinkButton, linkClass, VisuallyHidden } from "../../../ui/text.tsx";
import { useAddressErrorText } from "../compose/address-list.ts";
import type { Rejection, Row } from "./outcomes.ts";
import styles from "./results.module.css";
import { tryToCopy } from "./try-to-copy.ts";
import { UserLink } from "./user-link.tsx";

interface ResultRowProps {
  readonly row: Row;
  readonly onRetry: (text: string) => Promise<void>;
  /** Called when a link to another page is followed. */
  readonly onLeave: () => void;
}

/** The result of one address, with its link, or a field to correct and retry it. */
export function ResultRow({ row, onRetry, onLeave }: ResultRowProps) {
  const canSend = useCan("invitations:send");
  const canView = useCan("invitations:view");
  const { state, text } = row;
  if (state.is !== "invited")
    return (
      <li>
        <span className={styles["address"]}>{text}</span>
        <span className={styles["actions"]}>
          <span className={styles["state"]}>
            {state.is === "already-user" ? (
              <StatusBadge icon={<UsersIcon />}>
                <Trans>Already a user</Trans>
              </StatusBadge>
            ) : (
              <StatusBadge icon={<MinusIcon />}>
                <Trans>Not invited</Trans>
              </StatusBadge>
            )}
          </span>
        </span>
        <RetryField
          row={row}
          reason={<RejectionText text={text} state={state} onLeave={onLeave} />}
          onRetry={onRetry}
        />
      </li>
    );
  const { invitation } = state;
  return (
    <li>
      <span className={styles["address"]}>
        {canView ? (
          <Link
            to="/invitations"
            search={{ q: invitation.email }}
            className={linkClass("quiet")}
            onClick={onLeave}
          >
            {displayEmail(invitation.email)}
          </Link>
        ) : (
          displayEmail(invitation.email)
        )}
      </span>
      <span className={styles["actions"]}>
        {canSend ? <CopyLink invitationId={invitation.id} email={invitation.email} /> : null}
        <span className={styles["state"]}>
          <DeliveryBadge delivery={invitation.delivery} />
        </span>
      </span>
      <DeliveryError invitation={invitation} />
      {invitation.delivery === "failed" && canSend ? <RetryField row={row} onRetry={onRetry} /> : null}
    </li>
  );
}

/** Why the email has not been sent. */
function DeliveryError({ invitation }: { readonly invitation: InvitationView }) {
  const { delivery, deliveryError } = invitation;
  const { i18n } = useLingui();
  if (deliveryError === undefined || (delivery !== "failed" && delivery !== "queued")) return null;
  const reason = formatEmailFailure(deliveryError, i18n);
  return (
    <span className={styles["error"]}>
      {delivery === "failed" ? (
        <InlineNotice tone="bad">{reason}</InlineNotice>
      ) : (
        <InlineNotice icon={<WaitingIcon />}>{reason}</InlineNotice>
      )}
    </span>
  );
}

interface RejectionTextProps {
  readonly text: string;
  readonly state: Rejection;
  readonly onLeave: () => void;
}

function RejectionText({ text, state, onLeave }: RejectionTextProps) {
  const addressErrorText = useAddressErrorText();
  const fieldErrorText = useFieldErrorText();
  if (state.is === "wrong") return addressErrorText({ text, fault: state.fault });
  if (state.is === "already-user")
    return (
      <>
        <Trans>This person already has access. Correct the address if you meant someone else.</Trans>{" "}
        <UserLink userId={state.userId} onClick={onLeave} />
      </>
    );
  return fieldErrorText(state.code, state.detail);
}

interface RetryFieldProps extends Omit<ResultRowProps, "onLeave"> {
  readonly reason?: ReactNode;
}

/** Corrects the address and sends the invitation again. */
function RetryField({ row, reason, onRetry }: RetryFieldProps) {
  const { t } = useLingui();
  const hasMail = useSession().me.mail === "smtp";
  const problemText = useProblemText();
  const id = useId();
  const [text, setText] = useState(row.text);
  const attempt = useMutation({ mutationFn: onRetry });
  const written = row.text;
  const problem = attempt.error === null ? null : problemText(attempt.error);
  const retry = () => (attempt.isPending ? undefined : attempt.mutate(text));
  function press(event: KeyboardEvent) {
    if (event.key !== "Enter" || event.nativeEvent.isComposing) return;
    event.preventDefault();
    retry();
  }
  return (
    <>
      <span className={styles["retry"]}>
        <input
          className={inputClass()}
          aria-label={t`Correct the address ${written}`}
          aria-describedby={id}
          type="text"
          inputMode="email"
          autoCapitalize="none"
          autoComplete="off"
          spellCheck={false}
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={press}
        />
        <Button pending={attempt.isPending} onClick={retry}>
          {hasMail ? <Trans>Send invitation</Trans> : <Trans>Create invitation</Trans>}
        </Button>
      </span>
      <span id={id} className={styles["error"]} aria-live="polite">
        {problem !== null ? (
          <InlineNotice tone="bad">
            {problem.title}. {problem.text}
          </InlineNotice>
        ) : reason === undefined ? null : row.state.is === "already-user" ? (
          <InlineNotice icon={<UsersIcon />}>{reason}</InlineNotice>
        ) : (
          <InlineNotice tone="bad">{reason}</InlineNotice>
        )}
      </span>
    </>
  );
}

interface CopyLinkProps {
  readonly invitationId: string;
  readonly email: string;
}

/** Copies the link of an invitation. Where the clipboard is blocked, it shows the link in an input. */
function CopyLink({ invitationId, email }: CopyLinkProps) {
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
