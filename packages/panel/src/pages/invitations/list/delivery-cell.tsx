import type { InvitationView } from "@gatehouse/sdk/contract";
import { Trans, useLingui } from "@lingui/react/macro";
import { useRef, useState } from "react";
import { Dialog } from "react-aria-components/Dialog";
import { Popover } from "react-aria-components/Popover";
import { useCan } from "../../../app/session/session.tsx";
import { mailFailureInWords } from "../../../app/words/mail-failure-words.ts";
import { DeliveryMark } from "../../../ui/marks.tsx";
import popover from "../../../ui/popover.module.css";
import { Hidden, LinkButton } from "../../../ui/text.tsx";
import { Time } from "../../../ui/time.tsx";
import styles from "./invitations.module.css";
import type { InvitationActions } from "./use-invitation-actions.ts";

interface DeliveryCellProps {
  readonly invitation: InvitationView;
  readonly actions: InvitationActions;
}

/** What became of the mail: the state in a word, and below it since when, why not, or what to do. */
export function DeliveryCell({ invitation, actions }: DeliveryCellProps) {
  return (
    <span className={styles["delivery"]}>
      <DeliveryMark delivery={invitation.delivery} isQuiet />
      <span className={styles["remark"]}>
        <Remark invitation={invitation} actions={actions} />
      </span>
    </span>
  );
}

function Remark({ invitation, actions }: DeliveryCellProps) {
  const canSend = useCan("invitations:send");
  const { delivery, deliveryError, lastSentAt, status, email } = invitation;
  if (delivery === "sent") return lastSentAt === null ? null : <Time at={lastSentAt} />;
  if (deliveryError !== undefined && delivery !== "not-configured")
    return <ErrorButton email={email} delivery={delivery} error={deliveryError} />;
  if (delivery === "not-configured" && status === "pending" && canSend)
    return (
      <LinkButton variant="quiet" onClick={() => actions.copyLink(invitation)}>
        <Trans>Copy link</Trans>
        <Hidden> {email}</Hidden>
      </LinkButton>
    );
  return delivery === "queued" ? <Trans>On its way</Trans> : null;
}

interface ErrorButtonProps {
  readonly email: string;
  readonly delivery: "queued" | "failed";
  readonly error: string;
}

/** The mail server's words, cut to the line; a press shows them whole. */
function ErrorButton({ email, delivery, error }: ErrorButtonProps) {
  const { t, i18n } = useLingui();
  const reason = mailFailureInWords(error, i18n);
  const trigger = useRef<HTMLButtonElement>(null);
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <LinkButton
        ref={trigger}
        variant="quiet"
        className={styles["error"]}
        aria-haspopup="dialog"
        aria-expanded={isOpen}
        onClick={() => setOpen(true)}
      >
        {reason}
      </LinkButton>
      {isOpen ? (
        <Popover
          className={popover["popover"] ?? ""}
          triggerRef={trigger}
          trigger="DialogTrigger"
          offset={4}
          isOpen
          onOpenChange={setOpen}
        >
          <Dialog
            className={popover["dialog"] ?? ""}
            aria-label={t`What the mail server said about ${email}`}
          >
            <div className={styles["whole"]}>
              <p>{reason}</p>
              <p>
                {delivery === "failed" ? (
                  <Trans>
                    The invitation works all the same: copy its link, or correct the cause and send again.
                  </Trans>
                ) : (
                  <Trans>Another try follows by itself.</Trans>
                )}
              </p>
            </div>
          </Dialog>
        </Popover>
      ) : null}
    </>
  );
}
