import type { AuditEvent } from "@gatehouse/sdk/contract";
import { useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { formatActor } from "../../../lib/labels/event-labels.ts";
import { moveBetweenRows } from "../../../lib/lists/row-navigation.ts";
import { Time } from "../../../ui/data-display/time.tsx";
import table from "../../../ui/tables/table.module.css";
import styles from "./audit.module.css";
import { EventButton } from "./event-button.tsx";
import { EventDetails } from "./event-details.tsx";
import type { EventRowsProps } from "./events-table.tsx";

/** Events as cards, on phones. */
export function EventCards({ events, isStale, onFilter }: EventRowsProps) {
  const { t } = useLingui();
  return (
    <ul
      className={table["cards"]}
      aria-label={t`Events, newest first`}
      aria-busy={isStale}
      onKeyDown={moveBetweenRows}
    >
      {events.map((event) => (
        <EventCard key={event.id} event={event} onFilter={onFilter} />
      ))}
    </ul>
  );
}

interface EventCardProps {
  readonly event: AuditEvent;
  readonly onFilter: EventRowsProps["onFilter"];
}

function EventCard({ event, onFilter }: EventCardProps) {
  const { i18n } = useLingui();
  const [isOpen, setOpen] = useState(false);
  const detailsId = `event-${event.id}`;
  return (
    <li className={styles["card"]}>
      <EventButton event={event} isOpen={isOpen} detailsId={detailsId} onPress={() => setOpen(!isOpen)} />
      <span className={styles["cardFacts"]}>
        <span>{event.target.name}</span>
        <span>
          {formatActor(event.actor, i18n)} · <Time at={event.at} as="phrase" />
        </span>
        <Time at={event.at} as="full" />
      </span>
      <div id={detailsId} className={styles["cardDetails"]} hidden={!isOpen}>
        <EventDetails event={event} onFilter={onFilter} />
      </div>
    </li>
  );
}
