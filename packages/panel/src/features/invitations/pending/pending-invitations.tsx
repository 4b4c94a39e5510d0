/** People who are invited and have not joined, next to the users that a search finds. */
import { displayEmail, type InvitationView } from "@gatehouse/sdk/contract";
import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import { findForbiddenRole, useGrantCeiling } from "../../../lib/access/grant-ceiling.ts";
import { useApiQuery } from "../../../lib/api/use-api.tsx";
import { useCan } from "../../../lib/session/session.tsx";
import { Highlight } from "../../../ui/data-display/highlight.tsx";
import { Time } from "../../../ui/data-display/time.tsx";
import { Button } from "../../../ui/forms/button.tsx";
import { Section } from "../../../ui/layout/page.tsx";
import rows from "../../../ui/tables/row-list.module.css";
import { useRoles } from "../../roles/use-roles.ts";
import { useInvitationActions } from "../list/use-invitations.ts";

const maxShown = 5;

/** Pending invitations that match a search. */
export interface PendingInvitations {
  readonly items: readonly InvitationView[];
  /** The number of all matches. */
  readonly count: number;
  /** The items are those of an older search, or not loaded yet. */
  readonly isStale: boolean;
}

/** Loads the first pending invitations that match `query`; none for an empty one, or without the permission to view them. */
export function usePendingInvitations(query: string, limit: number = maxShown): PendingInvitations {
  const isWanted = useCan("invitations:view") && query !== "";
  const found = useApiQuery(
    "GET /organizations/:organizationId/invitations",
    { query: { status: "pending", query, limit: String(limit) } },
    { enabled: isWanted, keepsPrevious: true },
  );
  if (!isWanted || found.data === undefined)
    return { items: [], count: 0, isStale: isWanted && found.error === null };
  const { items, total } = found.data.body;
  return { items, count: total.count, isStale: found.isPlaceholderData };
}

/** Whether the signed-in user may send an invitation again. */
export function useCanResend(): (invitation: Pick<InvitationView, "roles">) => boolean {
  const canSend = useCan("invitations:send");
  const ceiling = useGrantCeiling();
  const roles = useRoles();
  return (invitation) => canSend && findForbiddenRole(invitation, ceiling, roles) === null;
}

interface PendingSectionProps {
  readonly pending: PendingInvitations;
  readonly query: string;
}

/** The matches as a list below the users, each with *Resend*. Nothing without matches. */
export function PendingSection({ pending: { items, count }, query }: PendingSectionProps) {
  const { t } = useLingui();
  if (items.length === 0) return null;
  return (
    <Section
      title={<Trans>Invited, not joined yet</Trans>}
      actions={
        count > items.length ? (
          <Link to="/invitations" search={{ q: query }}>
            {t`${plural(count, { one: "Show # invitation", other: "Show all # invitations" })}`}
          </Link>
        ) : undefined
      }
    >
      <ul className={rows["list"]}>
        {items.map((invitation) => (
          <PendingRow key={invitation.id} invitation={invitation} query={query} />
        ))}
      </ul>
    </Section>
  );
}

function PendingRow({ invitation, query }: { readonly invitation: InvitationView; readonly query: string }) {
  const { t, i18n } = useLingui();
  const actions = useInvitationActions();
  const canResend = useCanResend();
  const email = displayEmail(invitation.email);
  const roles = new Intl.ListFormat(i18n.locale).format(invitation.roles.map(({ name }) => name));
  return (
    <li>
      <span>
        <Link to="/invitations" search={{ q: invitation.email }} data-row-link="">
          <b>
            <Highlight text={invitation.name ?? email} query={query} />
          </b>
        </Link>
        <small>
          {invitation.name === undefined ? null : (
            <>
              <Highlight text={email} query={query} /> ·{" "}
            </>
          )}
          {roles === "" ? null : <>{roles} · </>}
          <Trans>
            expires <Time at={invitation.expiresAt} as="phrase" />
          </Trans>
        </small>
      </span>
      {canResend(invitation) ? (
        <Button aria-label={t`Resend the invitation to ${email}`} onClick={() => actions.resend(invitation)}>
          <Trans>Resend</Trans>
        </Button>
      ) : null}
    </li>
  );
}
