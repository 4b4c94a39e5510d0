/** Everything about one invitation, with its history and what can be done with it. */
import { displayEmail, type InvitationView, type RoleView } from "@gatehouse/sdk/contract";
import { Trans, useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { formatEmailFailure } from "../../../lib/labels/email-failure-labels.ts";
import { useCan } from "../../../lib/session/session.tsx";
import { DeliveryBadge, RoleBadges } from "../../../ui/data-display/badges.tsx";
import { Fact, Facts } from "../../../ui/data-display/facts.tsx";
import { Time } from "../../../ui/data-display/time.tsx";
import { InlineNotice } from "../../../ui/feedback/inline-notice.tsx";
import { Button } from "../../../ui/forms/button.tsx";
import { Section } from "../../../ui/layout/page.tsx";
import { Dialog } from "../../../ui/overlays/dialog.tsx";
import { TargetHistory } from "../../audit/target-history.tsx";
import { useAllowedActions } from "./allowed-actions.ts";
import { formatTab } from "./invitation-search.ts";
import type { InvitationActions } from "./use-invitations.ts";

interface InvitationDetailsProps {
  readonly invitation: InvitationView;
  readonly actions: InvitationActions;
  readonly roles: readonly RoleView[] | null;
  readonly onClose: () => void;
}

/** The details of an invitation at the edge of the page. An action closes them and reports in the status message. */
export function InvitationDetails({ invitation, actions, roles, onClose }: InvitationDetailsProps) {
  const canViewHistory = useCan("audit:view");
  const allowed = useAllowedActions(invitation, roles);
  const act = (action: keyof InvitationActions) => () => {
    onClose();
    actions[action](invitation);
  };
  return (
    <Dialog
      isOpen
      isDismissable
      shape="panel"
      title={displayEmail(invitation.email)}
      onClose={onClose}
      actions={
        !(allowed.resend || allowed.revoke) ? undefined : (
          <>
            {allowed.revoke ? (
              <Button big variant="danger" onClick={act("revoke")}>
                <Trans>Revoke</Trans>
              </Button>
            ) : null}
            {allowed.copyLink ? (
              <Button big onClick={act("copyLink")}>
                <Trans>Copy link</Trans>
              </Button>
            ) : null}
            {allowed.resend ? (
              <Button big variant="primary" onClick={act("resend")}>
                <Trans>Send again</Trans>
              </Button>
            ) : null}
          </>
        )
      }
    >
      <InvitationFacts invitation={invitation} />
      {allowed.reason === null ? null : <InlineNotice>{allowed.reason}</InlineNotice>}
      {canViewHistory ? (
        <Section title={<Trans>History</Trans>}>
          <TargetHistory targetId={invitation.id} empty={<Trans>No events yet.</Trans>} />
        </Section>
      ) : null}
    </Dialog>
  );
}

function InvitationFacts({ invitation }: Pick<InvitationDetailsProps, "invitation">) {
  const { i18n } = useLingui();
  const { name, email, status, roles, externalId, invitedBy, createdAt } = invitation;
  return (
    <Facts>
      <Fact name={<Trans>Status</Trans>}>{formatTab(status, i18n)}</Fact>
      {name === undefined ? null : <Fact name={<Trans>Name</Trans>}>{name}</Fact>}
      <Fact name={<Trans>Roles</Trans>}>
        <RoleBadges roles={roles} of={email} shown={roles.length} />
      </Fact>
      <Fact name={<Trans>Delivery</Trans>}>
        <Delivery invitation={invitation} />
      </Fact>
      <Fact name={<Trans>Invited by</Trans>}>
        {invitedBy.name} · <Time at={createdAt} as="full" />
      </Fact>
      <EndFact invitation={invitation} />
      {externalId === undefined ? null : <Fact name={<Trans>External ID</Trans>}>{externalId}</Fact>}
    </Facts>
  );
}

/** The state of the email, when it was sent, and the whole error of the mail server. */
function Delivery({
  invitation: { delivery, deliveryError, lastSentAt },
}: Pick<InvitationDetailsProps, "invitation">) {
  const { i18n } = useLingui();
  return (
    <>
      <DeliveryBadge delivery={delivery} />
      {lastSentAt === null ? null : (
        <>
          {" "}
          <Time at={lastSentAt} as="full" />
        </>
      )}
      {deliveryError === undefined || delivery === "not-configured" ? null : (
        <InlineNotice tone="bad">{formatEmailFailure(deliveryError, i18n)}</InlineNotice>
      )}
    </>
  );
}

function EndFact({ invitation }: Pick<InvitationDetailsProps, "invitation">) {
  const { accepted, revokedAt, expiresAt, status } = invitation;
  const fact = (name: ReactNode, at: string) => (
    <Fact name={name}>
      <Time at={at} as="full" />
    </Fact>
  );
  if (accepted !== undefined) return fact(<Trans>Joined</Trans>, accepted.at);
  if (revokedAt !== undefined) return fact(<Trans>Revoked</Trans>, revokedAt);
  return fact(status === "expired" ? <Trans>Expired</Trans> : <Trans>Expires</Trans>, expiresAt);
}
