import type { InvitationView } from "@gatehouse/sdk/contract";
import { Trans, useLingui } from "@lingui/react/macro";
import { moveBetweenRows, openRow } from "../../../lib/lists/list-rows.tsx";
import { classNames } from "../../../ui/class-names.ts";
import { RoleBadges } from "../../../ui/data-display/badges.tsx";
import { Time } from "../../../ui/data-display/time.tsx";
import table from "../../../ui/tables/table.module.css";
import { DeliveryCell } from "./delivery-cell.tsx";
import { formatTab, hasActions } from "./invitation-search.ts";
import styles from "./invitations.module.css";
import { Address, InvitationCheckbox, type RowsProps } from "./invitations-table.tsx";

/** Invitations as cards. */
export function InvitationCards(props: RowsProps) {
  const { invitations, tab, query, isStale, actions, onOpen, selection, menu } = props;
  const { t, i18n } = useLingui();
  const name = formatTab(tab, i18n);
  return (
    <ul
      className={table["cards"]}
      aria-label={t`Invitations: ${name}`}
      aria-busy={isStale}
      onKeyDown={moveBetweenRows}
      onClick={openRow}
    >
      {invitations.map((invitation) => (
        <li
          key={invitation.id}
          className={classNames(selection?.has(invitation.id) === true && table["selected"])}
        >
          {selection === null ? (
            <Address invitation={invitation} query={query} onOpen={onOpen} />
          ) : (
            <span className={table["picked"]}>
              <InvitationCheckbox invitation={invitation} selection={selection} />
              <Address invitation={invitation} query={query} onOpen={onOpen} />
            </span>
          )}
          {menu(invitation)}
          <span
            className={classNames(table["facts"], styles["facts"], selection !== null && styles["indented"])}
          >
            <RoleBadges roles={invitation.roles} of={invitation.email} />
            {hasActions(tab) ? <DeliveryCell invitation={invitation} actions={actions} /> : null}
            <CardEndTime invitation={invitation} />
            <CardInviter invitation={invitation} />
          </span>
        </li>
      ))}
    </ul>
  );
}

/** A card has no column header, so the time has a label. */
function CardEndTime({ invitation }: { readonly invitation: InvitationView }) {
  const { accepted, revokedAt, expiresAt, status } = invitation;
  if (accepted !== undefined)
    return (
      <span>
        <Trans>
          Joined: <Time at={accepted.at} />
        </Trans>
      </span>
    );
  if (revokedAt !== undefined)
    return (
      <span>
        <Trans>
          Revoked: <Time at={revokedAt} />
        </Trans>
      </span>
    );
  return (
    <span>
      {status === "expired" ? (
        <Trans>
          Expired: <Time at={expiresAt} />
        </Trans>
      ) : (
        <Trans>
          Expires: <Time at={expiresAt} />
        </Trans>
      )}
    </span>
  );
}

function CardInviter({ invitation }: { readonly invitation: InvitationView }) {
  const inviter = invitation.invitedBy.name;
  return (
    <span>
      <Trans>
        By {inviter} · <Time at={invitation.createdAt} />
      </Trans>
    </span>
  );
}
