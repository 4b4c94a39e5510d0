import { displayEmail, type InvitationView } from "@gatehouse/sdk/contract";
import { Trans, useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { moveBetweenRows } from "../../../app/lists/row-keys.ts";
import type { Selection } from "../../../app/lists/use-selection.ts";
import { useCan } from "../../../app/session/session.tsx";
import { Checkbox } from "../../../ui/checkbox.tsx";
import { classNames } from "../../../ui/class-names.ts";
import { Highlight } from "../../../ui/highlight.tsx";
import { Roles } from "../../../ui/marks.tsx";
import table from "../../../ui/table.module.css";
import { Hidden } from "../../../ui/text.tsx";
import { Time } from "../../../ui/time.tsx";
import { DeliveryCell } from "./delivery-cell.tsx";
import { type InvitationTab, isOpenTab } from "./invitation-search.ts";
import styles from "./invitations.module.css";
import { tabName } from "./tab-words.ts";
import type { InvitationActions } from "./use-invitation-actions.ts";

/** What table and cards show. */
export interface RowsProps {
  readonly invitations: readonly InvitationView[];
  readonly tab: InvitationTab;
  readonly query: string;
  readonly isStale: boolean;
  readonly actions: InvitationActions;
  /** Null where nothing can be done with several. */
  readonly selection: Selection | null;
  /** The menu of a row. */
  readonly menu: (invitation: InvitationView) => ReactNode;
}

/** Invitations as a table, from 760 px on. */
export function InvitationsTable(props: RowsProps) {
  const { invitations, tab, isStale, actions, selection, menu } = props;
  const { i18n } = useLingui();
  const name = tabName(tab, i18n);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the arrow keys are an addition to the controls inside
    <div className={table["bleed"]} onKeyDown={moveBetweenRows}>
      <table className={table["table"]} aria-busy={isStale}>
        <caption>
          <Hidden>
            <Trans>Invitations, newest first: {name}</Trans>
          </Hidden>
        </caption>
        <TableHead tab={tab} selection={selection} />
        <tbody>
          {invitations.map((invitation) => (
            <tr
              key={invitation.id}
              className={classNames(selection?.has(invitation.id) === true && table["selected"])}
            >
              {selection === null ? null : (
                <td className={table["pick"]}>
                  <Pick invitation={invitation} selection={selection} />
                </td>
              )}
              <th scope="row">
                <Address invitation={invitation} query={props.query} />
              </th>
              <td>
                <Roles roles={invitation.roles} of={invitation.email} shown={1} />
              </td>
              {isOpenTab(tab) ? (
                <td>
                  <DeliveryCell invitation={invitation} actions={actions} />
                </td>
              ) : null}
              <td>
                <Inviter invitation={invitation} />
              </td>
              <td className={table["second"]}>
                <End invitation={invitation} />
              </td>
              <td className={table["menu"]}>{menu(invitation)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** The heads of the table; without a selection they only hold their place. */
export function TableHead({
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
          <th scope="col" className={table["pick"]}>
            <Hidden>
              <Trans>Selection</Trans>
            </Hidden>
            {selection === null ? null : (
              <Checkbox
                id={selectPageId}
                aria-label={t`Select every invitation on this page`}
                checked={selection.page === "all"}
                isMixed={selection.page === "some"}
                onChange={selection.togglePage}
              />
            )}
          </th>
        ) : null}
        <th scope="col" className={styles["address"]}>
          <Trans>Address</Trans>
        </th>
        <th scope="col" className={styles["roles"]}>
          <Trans>Roles</Trans>
        </th>
        {isOpenTab(tab) ? (
          <th scope="col" className={styles["mail"]}>
            <Trans>Mail</Trans>
          </th>
        ) : null}
        <th scope="col" className={styles["by"]}>
          <Trans>Invited by</Trans>
        </th>
        <th scope="col" className={styles["end"]}>
          <EndHead tab={tab} />
        </th>
        <th scope="col" className={table["menuColumn"]}>
          <Hidden>
            <Trans>Actions</Trans>
          </Hidden>
        </th>
      </tr>
    </thead>
  );
}

/** Id of the box that selects the page: where the focus goes when the selection is cleared. */
export const selectPageId = "select-page";

function EndHead({ tab }: { readonly tab: InvitationTab }) {
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

/** The box of a row; the arrow keys lead from one to the next. */
export function Pick({
  invitation,
  selection,
}: {
  readonly invitation: InvitationView;
  readonly selection: Selection;
}) {
  const { t } = useLingui();
  const { id, email } = invitation;
  return (
    <Checkbox
      aria-label={t`Select ${email}`}
      data-row-link=""
      checked={selection.has(id)}
      onChange={() => selection.toggle(id)}
    />
  );
}

/** Address and name; of whoever accepted, the way to the user. */
export function Address({
  invitation,
  query,
}: {
  readonly invitation: InvitationView;
  readonly query: string;
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
  if (accepted === undefined || !canView) return lines;
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

/** Until when the link works, or when something else ended it. */
function End({ invitation }: { readonly invitation: InvitationView }) {
  return <Time at={invitation.accepted?.at ?? invitation.revokedAt ?? invitation.expiresAt} isAtEnd />;
}
