import type { AuditEvent } from "@gatehouse/sdk/contract";
import { Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { formatActor } from "../../lib/labels/event-labels.ts";
import { moveBetweenRows, openRow } from "../../lib/lists/list-rows.tsx";
import { Time } from "../../ui/data-display/time.tsx";
import { Skeleton } from "../../ui/feedback/empty-states.tsx";
import { ListSkeleton } from "../../ui/tables/list-skeleton.tsx";
import table from "../../ui/tables/table.module.css";
import { VisuallyHidden } from "../../ui/text.tsx";
import styles from "./audit.module.css";
import type { AuditSearch } from "./audit-search.ts";
import { EventButton, EventDetails } from "./event-details.tsx";

/** Props of the table and the cards. */
interface EventRowsProps {
  readonly events: readonly AuditEvent[];
  /** How many events an entry contains besides itself, by its id. */
  readonly within: Readonly<Record<string, number>>;
  readonly isStale: boolean;
  readonly onFilter: (filters: Partial<AuditSearch>) => void;
}

/** 240 px for the event, and the columns of audit.module.css. */
export const eventsTableWidth = 808;

/** Events as a table, where there is room. A row opens the changes. */
export function EventsTable({ events, within, isStale, onFilter }: EventRowsProps) {
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the arrow keys are an addition to the buttons inside
    <div className={table["bleed"]} onKeyDown={moveBetweenRows} onClick={openRow}>
      <table className={table["table"]} aria-busy={isStale}>
        <caption>
          <VisuallyHidden>
            <Trans>Events, newest first</Trans>
          </VisuallyHidden>
        </caption>
        <TableHeader />
        {events.map((event) => (
          <EventRow key={event.id} event={event} count={within[event.id] ?? 0} onFilter={onFilter} />
        ))}
      </table>
    </div>
  );
}

function TableHeader() {
  return (
    <thead>
      <tr>
        <th scope="col">
          <Trans>What</Trans>
        </th>
        <th scope="col" className={styles["whom"]}>
          <Trans>Target</Trans>
        </th>
        <th scope="col" className={styles["who"]}>
          <Trans>Who</Trans>
        </th>
        <th scope="col" className={styles["when"]}>
          <Trans>When</Trans>
        </th>
      </tr>
    </thead>
  );
}

interface EventRowProps {
  readonly event: AuditEvent;
  readonly count: number;
  readonly onFilter: EventRowsProps["onFilter"];
}

function EventRow({ event, count, onFilter }: EventRowProps) {
  const { i18n } = useLingui();
  const [isOpen, setOpen] = useState(false);
  const detailsId = `event-${event.id}`;
  return (
    <tbody className={styles["event"]}>
      <tr>
        <th scope="row">
          <EventButton
            event={event}
            count={count}
            isOpen={isOpen}
            detailsId={detailsId}
            onPress={() => setOpen(!isOpen)}
          />
        </th>
        <td className={styles["cut"]} title={event.target.name}>
          {event.target.name}
        </td>
        <td className={styles["cut"]}>{formatActor(event.actor, i18n)}</td>
        <td className={styles["times"]}>
          <Time at={event.at} as="full" />
          <small>
            <Time at={event.at} isAtEnd />
          </small>
        </td>
      </tr>
      {/* Always rendered, so that printing includes closed details. */}
      <tr id={detailsId} className={styles["details"]} hidden={!isOpen}>
        <td colSpan={4}>
          <EventDetails event={event} count={count} isOpen={isOpen} onFilter={onFilter} />
        </td>
      </tr>
    </tbody>
  );
}

/** Shown while the log is loading. */
export function EventSkeleton() {
  return (
    <ListSkeleton
      tableWidth={eventsTableWidth}
      header={<TableHeader />}
      cells={["medium", "short", "medium"]}
      card={
        <>
          <Skeleton size="long" />
          <span className={table["facts"]}>
            <Skeleton />
          </span>
        </>
      }
    />
  );
}

/** Events as cards. */
export function EventCards({ events, within, isStale, onFilter }: EventRowsProps) {
  const { t } = useLingui();
  return (
    <ul
      className={table["cards"]}
      aria-label={t`Events, newest first`}
      aria-busy={isStale}
      onKeyDown={moveBetweenRows}
      onClick={openRow}
    >
      {events.map((event) => (
        <EventCard key={event.id} event={event} count={within[event.id] ?? 0} onFilter={onFilter} />
      ))}
    </ul>
  );
}

interface EventCardProps {
  readonly event: AuditEvent;
  readonly count: number;
  readonly onFilter: EventRowsProps["onFilter"];
}

function EventCard({ event, count, onFilter }: EventCardProps) {
  const { i18n } = useLingui();
  const [isOpen, setOpen] = useState(false);
  const detailsId = `event-${event.id}`;
  return (
    <li className={styles["card"]}>
      <EventButton
        event={event}
        count={count}
        isOpen={isOpen}
        detailsId={detailsId}
        onPress={() => setOpen(!isOpen)}
      />
      <span className={styles["cardFacts"]}>
        <span>{event.target.name}</span>
        <span>
          {formatActor(event.actor, i18n)} · <Time at={event.at} as="phrase" />
        </span>
        <Time at={event.at} as="full" />
      </span>
      <div id={detailsId} className={styles["cardDetails"]} hidden={!isOpen}>
        <EventDetails event={event} count={count} isOpen={isOpen} onFilter={onFilter} />
      </div>
    </li>
  );
}
