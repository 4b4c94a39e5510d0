import type { InvitationView } from "@gatehouse/sdk/contract";
import { Trans, useLingui } from "@lingui/react/macro";
import { useRef, useState } from "react";
import { Dialog } from "react-aria-components/Dialog";
import { Popover } from "react-aria-components/Popover";
import { formatEmailFailure } from "../../../lib/labels/email-failure-labels.ts";
import { useCan } from "../../../lib/session/session.tsx";
import { DeliveryBadge } from "../../../ui/data-display/badges.tsx";
import { Time } from "../../../ui/data-display/time.tsx";
import popover from "../../../ui/overlays/popover.module.css";
import { LinkButton, VisuallyHidden } from "../../../ui/text.tsx";
import styles from "./invitations.module.css";
import type { InvitationActions } from "./use-invitations.ts";

interface DeliveryCellProps {
  readonly invitation: InvitationView;
  readonly actions: InvitationActions;
}

/** The delivery state of the email, with its time, its error or the next step below. */
export function DeliveryCell({ invitation, actions }: DeliveryCellProps) {
  return (
    <span className={styles["delivery"]}>
      <DeliveryBadge delivery={invitation.delivery} isQuiet />
      <span className={styles["remark"]}>
        <DeliveryDetail invitation={invitation} actions={actions} />
      </span>
    </span>
  );
}

function DeliveryDetail({ invitation, actions }: DeliveryCellProps) {
  const canSend = useCan("invitations:send");
  const { delivery, deliveryError, lastSentAt, status, email } = invitation;
  if (delivery === "sent") return lastSentAt === null ? null : <Time at={lastSentAt} />;
  if (deliveryError !== undefined && delivery !== "not-configured")
    return <ErrorButton email={email} delivery={delivery} error={deliveryError} />;
  if (delivery === "not-configured" && status === "pending" && canSend)
    return (
      <LinkButton variant="quiet" onClick={() => actions.copyLink(invitation)}>
        <Trans>Copy link</Trans>
        <VisuallyHidden> {email}</VisuallyHidden>
      </LinkButton>
    );
  return delivery === "queued" ? <Trans>Sending</Trans> : null;
}

interface ErrorButtonProps {
  readonly email: string;
  readonly delivery: "queued" | "failed";
  readonly error: string;
}

/** The mail server's error, truncated; a click shows all of it. */
function ErrorButton({ email, delivery, error }: ErrorButtonProps) {
  const { t, i18n } = useLingui();
  const reason = formatEmailFailure(error, i18n);
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
          <Dialog className={popover["dialog"] ?? ""} aria-label={t`Mail server response for ${email}`}>
            <div className={styles["whole"]}>
              <p>{reason}</p>
              <p>
                {delivery === "failed" ? (
                  <Trans>
                    The invitation is still valid: copy its link, or fix the problem and send it again.
                  </Trans>
                ) : (
                  <Trans>It will be retried automatically.</Trans>
                )}
              </p>
            </div>
          </Dialog>
        </Popover>
      ) : null}
    </>
  );
}
