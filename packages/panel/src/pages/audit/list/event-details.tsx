import type { AuditEvent } from "@gatehouse/sdk/contract";
import { Trans, useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import { useCan } from "../../../app/session/session.tsx";
import { deviceOf } from "../../../app/sessions/device.ts";
import { ChangeLine } from "../../../app/words/change-line.tsx";
import { actionInWords, actorInWords } from "../../../app/words/event-words.ts";
import { LinkButton, linkClass } from "../../../ui/text.tsx";
import type { AuditSearch } from "../audit-search.ts";
import styles from "./audit.module.css";
import { usePermissionName } from "./use-permission-name.ts";

interface EventDetailsProps {
  readonly event: AuditEvent;
  readonly onFilter: (filters: Partial<AuditSearch>) => void;
}

/** Before and after, where it came from, its place in the chain, and the ways on from here. */
export function EventDetails({ event, onFilter }: EventDetailsProps) {
  const { t, i18n } = useLingui();
  const permissionName = usePermissionName();
  const { browser, system } = deviceOf(event.userAgent);
  const device = [browser, system].filter((part) => part !== null).join(", ");
  const from = [event.ip ?? t`Unknown address`, device].filter((part) => part !== "").join(" · ");
  const number = i18n.number(event.sequence);
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
      <dl className={styles["facts"]}>
        <div>
          <dt>
            <Trans>Came from</Trans>
          </dt>
          <dd>{from}</dd>
        </div>
        <div>
          <dt>
            <Trans>Entry</Trans>
          </dt>
          <dd>
            {number} · <span className={styles["hash"]}>{event.hash}</span>
          </dd>
        </div>
      </dl>
      <EventWays event={event} onFilter={onFilter} />
    </div>
  );
}

/** The page of what was concerned, and narrower views of the log. */
function EventWays({ event: { actor, action, target }, onFilter }: EventDetailsProps) {
  const { i18n } = useLingui();
  const { id: actorId } = actor;
  const by = actorInWords(actor, i18n);
  const what = actionInWords(action, i18n);
  return (
    <p className={styles["ways"]}>
      <TargetLink target={target} />
      {target.id === null ? null : (
        <LinkButton onClick={() => onFilter({ about: target.id ?? undefined })}>
          <Trans>All about {target.name}</Trans>
        </LinkButton>
      )}
      {actorId === null ? null : (
        <LinkButton onClick={() => onFilter({ by: actorId })}>
          <Trans>All by {by}</Trans>
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
