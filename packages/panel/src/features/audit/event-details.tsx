import { type AuditEvent, parseUserAgent } from "@gatehouse/sdk/contract";
import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { ChangeLine } from "../../lib/labels/change-line.tsx";
import { summarizeChanges } from "../../lib/labels/change-summary.ts";
import { formatAction, formatActor } from "../../lib/labels/event-labels.ts";
import { indexPermissionLabels, useCatalogue } from "../../lib/labels/permission-catalogue.ts";
import { useCan } from "../../lib/session/session.tsx";
import { classNames } from "../../ui/class-names.ts";
import { ChevronRightIcon } from "../../ui/icons.tsx";
import { LinkButton, linkClass } from "../../ui/text.tsx";
import styles from "./audit.module.css";
import type { AuditSearch } from "./audit-search.ts";
import { WithinEntry } from "./within-entry.tsx";

interface EventDetailsProps {
  readonly event: AuditEvent;
  /** How many events it contains, for a change of many at once. */
  readonly count: number;
  readonly isOpen: boolean;
  readonly onFilter: (filters: Partial<AuditSearch>) => void;
}

/** Changes, IP address and device, position in the hash chain, and links. */
export function EventDetails(props: EventDetailsProps) {
  const { event, count, isOpen } = props;
  const { t, i18n } = useLingui();
  const permissionName = usePermissionName();
  const { browser, system } = parseUserAgent(event.userAgent);
  const device = [browser, system].filter((part) => part !== null).join(", ");
  const from = [event.ip ?? t`Unknown address`, device].filter((part) => part !== "").join(" · ");
  return (
    <div className={styles["inside"]}>
      {event.changes.length === 0 ? null : (
        <ul className={styles["changes"]}>
          {event.changes.map((change) => (
            <li key={change.field}>
              <ChangeLine change={change} permissionName={permissionName} />
            </li>
          ))}
        </ul>
      )}
      {count > 0 && isOpen ? (
        <WithinEntry entry={event} count={count} permissionName={permissionName} />
      ) : null}
      <dl className={styles["facts"]}>
        <div>
          <dt>
            <Trans>IP address and device</Trans>
          </dt>
          <dd>{from}</dd>
        </div>
        <div>
          <dt>
            <Trans>Entry</Trans>
          </dt>
          <dd>
            {event.sequence === null ? (
              <Trans>Its number and hash follow within a moment.</Trans>
            ) : (
              <>
                {i18n.number(event.sequence)} · <span className={styles["hash"]}>{event.hash}</span>
              </>
            )}
          </dd>
        </div>
      </dl>
      <EventLinks {...props} />
    </div>
  );
}

/** Links to the target and to filtered views of the log. */
function EventLinks({
  event: { actor, action, target },
  onFilter,
}: Pick<EventDetailsProps, "event" | "onFilter">) {
  const { i18n } = useLingui();
  const { id: actorId } = actor;
  const by = formatActor(actor, i18n);
  const what = formatAction(action, i18n);
  return (
    <p className={styles["ways"]}>
      <TargetLink target={target} />
      {target.id === null ? null : (
        <LinkButton onClick={() => onFilter({ about: target.id ?? undefined })}>
          <Trans>All events about {target.name}</Trans>
        </LinkButton>
      )}
      {actorId === null ? null : (
        <LinkButton onClick={() => onFilter({ by: actorId })}>
          <Trans>All events by {by}</Trans>
        </LinkButton>
      )}
      <LinkButton onClick={() => onFilter({ action })}>
        <Trans>Only “{what}”</Trans>
      </LinkButton>
    </p>
  );
}

function TargetLink({ target: { type, id, name } }: Pick<AuditEvent, "target">) {
  const canViewUsers = useCan("users:view");
  const canViewRoles = useCan("roles:view");
  if (id === null) return null;
  if (type === "user" && canViewUsers)
    return (
      <Link to="/users/$userId" params={{ userId: id }} className={linkClass()}>
        <Trans>Open {name}</Trans>
      </Link>
    );
  if (type === "role" && canViewRoles)
    return (
      <Link to="/roles/$roleId" params={{ roleId: id }} className={linkClass()}>
        <Trans>Open {name}</Trans>
      </Link>
    );
  return null;
}

interface EventButtonProps {
  readonly event: AuditEvent;
  /** How many events it contains, for a change of many at once. */
  readonly count: number;
  readonly isOpen: boolean;
  readonly detailsId: string;
  readonly onPress: () => void;
}

/** The action and, below it, what it changed; opens the details. */
export function EventButton({ event, count, isOpen, detailsId, onPress }: EventButtonProps) {
  const { t, i18n } = useLingui();
  const permissionName = usePermissionName();
  const more = count === 0 ? "" : t`${plural(count, { one: "# more event", other: "# more events" })}`;
  const changed = [more, summarizeChanges(event.changes, i18n, permissionName)].filter((text) => text !== "");
  return (
    <button
      type="button"
      className={styles["open"]}
      aria-expanded={isOpen}
      aria-controls={detailsId}
      data-row-link=""
      onClick={onPress}
    >
      <span className={classNames(styles["chevron"], isOpen && styles["turned"])}>
        <ChevronRightIcon />
      </span>
      <span className={styles["what"]}>
        <b>{formatAction(event.action, i18n)}</b>
        {changed.length === 0 ? null : <small title={changed.join(" · ")}>{changed.join(" · ")}</small>}
      </span>
    </button>
  );
}

/** The label of a permission: "Campaigns · Approve". A permission that the catalogue no longer has keeps its name. */
export function usePermissionName(): (permission: string) => string {
  const { groups } = useCatalogue();
  return useMemo(() => {
    const words = indexPermissionLabels(groups);
    return (permission) => {
      const named = words.get(permission);
      return named === undefined ? permission : `${named.group} · ${named.label}`;
    };
  }, [groups]);
}
