import { displayEmail, type InvitationView } from "@gatehouse/sdk/contract";
import { Trans, useLingui } from "@lingui/react/macro";
import { useMutation } from "@tanstack/react-query";
import { type KeyboardEvent, type ReactNode, useId, useState } from "react";
import { Button } from "../../ui/button.tsx";
import { inputClass } from "../../ui/field.tsx";
import { MinusIcon, UsersIcon, WaitingIcon } from "../../ui/icons.tsx";
import { DeliveryMark, Status } from "../../ui/marks.tsx";
import { Reason } from "../../ui/reason.tsx";
import { useFieldText, useProblemText } from "../problem-text.ts";
import { useCan, useSession } from "../session/session.tsx";
import { mailFailureInWords } from "../words/mail-failure-words.ts";
import { CopyLink } from "./copy-link.tsx";
import { useFaultText } from "./fault-text.ts";
import type { Refused, Row } from "./outcomes.ts";
import styles from "./results.module.css";

interface ResultRowProps {
  readonly row: Row;
  readonly onRetry: (text: string) => Promise<void>;
}

/** One address: what became of it, its link, and another try where it failed. */
export function ResultRow({ row, onRetry }: ResultRowProps) {
  const canSend = useCan("invitations:send");
  const { state, text } = row;
  if (state.is !== "invited")
    return (
      <li>
        <span className={styles["address"]}>{text}</span>
        <span className={styles["act"]}>
          <span className={styles["state"]}>
            {state.is === "already-user" ? (
              <Status icon={<UsersIcon />}>
                <Trans>Already a user</Trans>
              </Status>
            ) : (
              <Status icon={<MinusIcon />}>
                <Trans>Not invited</Trans>
              </Status>
            )}
          </span>
        </span>
        <Again row={row} reason={<RefusedText text={text} state={state} />} onRetry={onRetry} />
      </li>
    );
  const { invitation } = state;
  return (
    <li>
      <span className={styles["address"]}>{displayEmail(invitation.email)}</span>
      <span className={styles["act"]}>
        {canSend ? <CopyLink invitationId={invitation.id} email={invitation.email} /> : null}
        <span className={styles["state"]}>
          <DeliveryMark delivery={invitation.delivery} />
        </span>
      </span>
      <DeliveryRemark invitation={invitation} />
      {invitation.delivery === "failed" && canSend ? <Again row={row} onRetry={onRetry} /> : null}
    </li>
  );
}

/** Why the mail has not gone out. */
function DeliveryRemark({ invitation }: { readonly invitation: InvitationView }) {
  const { delivery, deliveryError } = invitation;
  const { i18n } = useLingui();
  if (deliveryError === undefined || (delivery !== "failed" && delivery !== "queued")) return null;
  const reason = mailFailureInWords(deliveryError, i18n);
  return (
    <span className={styles["reason"]}>
      {delivery === "failed" ? (
        <Reason tone="bad">{reason}</Reason>
      ) : (
        <Reason icon={<WaitingIcon />}>{reason}</Reason>
      )}
    </span>
  );
}

function RefusedText({ text, state }: { readonly text: string; readonly state: Refused }) {
  const faultText = useFaultText();
  const fieldText = useFieldText();
  if (state.is === "wrong") return faultText({ text, fault: state.fault });
  if (state.is === "already-user")
    return <Trans>This person has access already. Correct the address if you meant somebody else.</Trans>;
  return fieldText(state.code, state.detail);
}

interface AgainProps extends ResultRowProps {
  readonly reason?: ReactNode;
}

/** The address to correct, in place. */
function Again({ row, reason, onRetry }: AgainProps) {
  const { t } = useLingui();
  const hasMail = useSession().me.mail === "smtp";
  const problemText = useProblemText();
  const id = useId();
  const [text, setText] = useState(row.text);
  const attempt = useMutation({ mutationFn: onRetry });
  const written = row.text;
  const problem = attempt.error === null ? null : problemText(attempt.error);
  const again = () => (attempt.isPending ? undefined : attempt.mutate(text));
  function press(event: KeyboardEvent) {
    if (event.key !== "Enter" || event.nativeEvent.isComposing) return;
    event.preventDefault();
    again();
  }
  return (
    <>
      <span className={styles["again"]}>
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
        <Button pending={attempt.isPending} onClick={again}>
          {hasMail ? <Trans>Send invitation</Trans> : <Trans>Create invitation</Trans>}
        </Button>
      </span>
      <span id={id} className={styles["reason"]} aria-live="polite">
        {problem !== null ? (
          <Reason tone="bad">
            {problem.title}. {problem.text}
          </Reason>
        ) : reason === undefined ? null : row.state.is === "already-user" ? (
          <Reason icon={<UsersIcon />}>{reason}</Reason>
        ) : (
          <Reason tone="bad">{reason}</Reason>
        )}
      </span>
    </>
  );
}
