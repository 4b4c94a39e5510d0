import { displayEmail, type InvitationView } from "@gatehouse/sdk/contract";
import { Trans, useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import {
  ActionsHeader,
  moveBetweenRows,
  openRow,
  RowCheckbox,
  SelectHeader,
  type Selection,
} from "../../../lib/lists/list-rows.tsx";
import { useCan } from "../../../lib/session/session.tsx";
import { classNames } from "../../../ui/class-names.ts";
import { RoleBadges } from "../../../ui/data-display/badges.tsx";
import { Highlight } from "../../../ui/data-display/highlight.tsx";
import { Time } from "../../../ui/data-display/time.tsx";
import { Skeleton } from "../../../ui/feedback/empty-states.tsx";
import { ListSkeleton } from "../../../ui/tables/list-skeleton.tsx";
import table from "../../../ui/tables/table.module.css";
import { VisuallyHidden } from "../../../ui/text.tsx";
import { DeliveryCell } from "./delivery-cell.tsx";
import { formatTab, hasActions, type InvitationTab } from "./invitation-search.ts";
import styles from "./invitations.module.css";
import type { InvitationActions } from "./use-invitations.ts";

/** Props of the table and the cards. */
export interface RowsProps {
  readonly invitations: readonly InvitationView[];
  readonly tab: InvitationTab;
  readonly query: string;
  readonly isStale: boolean;
  readonly actions: InvitationActions;
  /** Shows the details of an invitation. */
  readonly onOpen: (invitation: InvitationView) => void;
  /** Null without bulk actions. */
  readonly selection: Selection | null;
  /** The menu of a row. */
  readonly menu: (invitation: InvitationView) => ReactNode;
}

/** 240 px for the address, and the columns of invitations.module.css. */
export const invitationsTableWidth = 908;

/** Invitations as a table, where there is room. */
export function InvitationsTable(props: RowsProps) {
  const { invitations, tab, isStale, actions, selection, menu } = props;
  const { i18n } = useLingui();
  const name = formatTab(tab, i18n);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the arrow keys are an addition to the controls inside
    <div className={table["bleed"]} onKeyDown={moveBetweenRows} onClick={openRow}>
      <table className={table["table"]} aria-busy={isStale}>
        <caption>
          <VisuallyHidden>
            <Trans>Invitations, newest first: {name}</Trans>
          </VisuallyHidden>
        </caption>
        <TableHeader tab={tab} selection={selection} />
        <tbody>
          {invitations.map((invitation) => (
            <tr
              key={invitation.id}
              className={classNames(selection?.has(invitation.id) === true && table["selected"])}
            >
              {selection === null ? null : (
                <td className={table["pick"]}>
                  <InvitationCheckbox invitation={invitation} selection={selection} />
                </td>
              )}
              <th scope="row">
                <Address invitation={invitation} query={props.query} onOpen={props.onOpen} />
              </th>
              <td>
                <RoleBadges roles={invitation.roles} of={invitation.email} shown={1} />
              </td>
              {hasActions(tab) ? (
                <td>
                  <DeliveryCell invitation={invitation} actions={actions} />
                </td>
              ) : null}
              <td>
                <Inviter invitation={invitation} />
              </td>
              <td className={table["second"]}>
                <EndTime invitation={invitation} />
              </td>
              <td className={table["menu"]}>{menu(invitation)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Shown while the list is loading. */
export function InvitationsSkeleton({
  tab,
  hasBox,
}: {
  readonly tab: InvitationTab;
  readonly hasBox: boolean;
}) {
  return (
    <ListSkeleton
      tableWidth={invitationsTableWidth}
      header={<TableHeader tab={tab} selection={null} hasBox={hasBox} />}
      cells={["medium", ...(hasActions(tab) ? (["short"] as const) : []), "short", "short", null]}
      hasBoxes={hasBox}
      card={
        <>
          <Skeleton size="long" />
          <span className={table["facts"]}>
            <Skeleton />
          </span>
          <span className={table["facts"]}>
            <Skeleton size="short" />
          </span>
        </>
      }
    />
  );
}

/** The table header; without a selection it has no checkbox. */
function TableHeader({
  tab,
  selection,
  hasBox = selection !== null,
}: {
  readonly tab: InvitationTab;
  readonly selection: Selection | null;
  readonly hasBox?: boolean;
}) {
  const { t } = useLingui();
  return (
    <thead>
      <tr>
        {hasBox ? (
          <SelectHeader label={t`Select every invitation on this page`} selection={selection} />
        ) : null}
        <th scope="col" className={styles["address"]}>
          <Trans>Address</Trans>
        </th>
        <th scope="col" className={styles["roles"]}>
          <Trans>Roles</Trans>
        </th>
        {hasActions(tab) ? (
          <th scope="col" className={styles["mail"]}>
            <Trans>Delivery</Trans>
          </th>
        ) : null}
        <th scope="col" className={styles["by"]}>
          <Trans>Invited by</Trans>
        </th>
        <th scope="col" className={styles["end"]}>
          <EndHeader tab={tab} />
        </th>
        <ActionsHeader />
      </tr>
    </thead>
  );
}

function EndHeader({ tab }: { readonly tab: InvitationTab }) {
  switch (tab) {
    case "pending":
    case "failed":
      return <Trans>Expires</Trans>;
    case "expired":
      return <Trans>Expired</Trans>;
    case "accepted":
      return <Trans>Joined</Trans>;
    case "revoked":
      return <Trans>Revoked</Trans>;
  }
}

/** The checkbox of an invitation. */
export function InvitationCheckbox({
  invitation,
  selection,
}: {
  readonly invitation: InvitationView;
  readonly selection: Selection;
}) {
  const { t } = useLingui();
  const { id, email } = invitation;
  return <RowCheckbox id={id} label={t`Select ${email}`} selection={selection} />;
}

/** Address and name: the link to the user if the invitation was accepted, otherwise the button that shows its details. */
export function Address({
  invitation,
  query,
  onOpen,
}: {
  readonly invitation: InvitationView;
  readonly query: string;
  readonly onOpen: RowsProps["onOpen"];
}) {
  const canView = useCan("users:view");
  const { email, name, accepted } = invitation;
  const lines = (
    <span className={styles["who"]}>
      <b>
        <Highlight text={displayEmail(email)} query={query} />
      </b>
      {name === undefined ? null : (
        <small>
          <Highlight text={name} query={query} />
        </small>
      )}
    </span>
  );
  if (accepted === undefined || !canView)
    return (
      <button
        type="button"
        className={classNames(table["person"], table["opener"])}
        data-row-link=""
        onClick={() => onOpen(invitation)}
      >
        {lines}
      </button>
    );
  return (
    <Link
      to="/users/$userId"
      params={{ userId: accepted.userId }}
      className={table["person"]}
      data-row-link=""
    >
      {lines}
    </Link>
  );
}

/** Who invited, and when. */
function Inviter({ invitation }: { readonly invitation: InvitationView }) {
  return (
    <span className={styles["who"]}>
      <span>{invitation.invitedBy.name}</span>
      <small>
        <Time at={invitation.createdAt} />
      </small>
    </span>
  );
}

/** When the invitation expires, was accepted or was revoked. */
function EndTime({ invitation }: { readonly invitation: InvitationView }) {
  return <Time at={invitation.accepted?.at ?? invitation.revokedAt ?? invitation.expiresAt} isAtEnd />;
}
