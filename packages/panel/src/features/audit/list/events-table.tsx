import type { AuditEvent } from "@gatehouse/sdk/contract";
import { Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { formatActor } from "../../../lib/labels/event-labels.ts";
import { moveBetweenRows } from "../../../lib/lists/row-navigation.ts";
import { Time } from "../../../ui/data-display/time.tsx";
import { LoadingState, Skeleton } from "../../../ui/feedback/empty-states.tsx";
import { useIsNarrow } from "../../../ui/layout/use-media-query.ts";
import table from "../../../ui/tables/table.module.css";
import { VisuallyHidden } from "../../../ui/text.tsx";
import type { AuditSearch } from "../audit-search.ts";
import styles from "./audit.module.css";
import { EventButton } from "./event-button.tsx";
import { EventDetails } from "./event-details.tsx";

/** Props of the table and the cards. */
export interface EventRowsProps {
  readonly events: readonly AuditEvent[];
  readonly isStale: boolean;
  readonly onFilter: (filters: Partial<AuditSearch>) => void;
}

/** Events as a table, from 760 px on. A row opens the changes. */
export function EventsTable({ events, isStale, onFilter }: EventRowsProps) {
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the arrow keys are an addition to the buttons inside
    <div className={table["bleed"]} onKeyDown={moveBetweenRows}>
      <table className={table["table"]} aria-busy={isStale}>
        <caption>
          <VisuallyHidden>
            <Trans>Events, newest first</Trans>
          </VisuallyHidden>
        </caption>
        <TableHeader />
        {events.map((event) => (
          <EventRow key={event.id} event={event} onFilter={onFilter} />
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
  readonly onFilter: EventRowsProps["onFilter"];
}

function EventRow({ event, onFilter }: EventRowProps) {
  const { i18n } = useLingui();
  const [isOpen, setOpen] = useState(false);
  const detailsId = `event-${event.id}`;
  return (
    <tbody className={styles["event"]}>
      <tr>
        <th scope="row">
          <EventButton event={event} isOpen={isOpen} detailsId={detailsId} onPress={() => setOpen(!isOpen)} />
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
          <EventDetails event={event} onFilter={onFilter} />
        </td>
      </tr>
    </tbody>
  );
}

const skeletonRows = Array.from({ length: 12 }, (_, row) => row);

/** Skeleton with the geometry of the log. */
export function EventSkeleton() {
  const isNarrow = useIsNarrow();
  if (isNarrow)
    return (
      <LoadingState>
        <ul className={table["cards"]} aria-hidden="true">
          {skeletonRows.slice(0, 6).map((row) => (
            <li key={row}>
              <Skeleton size="long" />
              <span className={table["facts"]}>
                <Skeleton />
              </span>
            </li>
          ))}
        </ul>
      </LoadingState>
    );
  return (
    <LoadingState>
      <div className={table["bleed"]} aria-hidden="true" inert>
        <table className={table["table"]}>
          <TableHeader />
          <tbody>
            {skeletonRows.map((row) => (
              <tr key={row}>
                <th scope="row">
                  <Skeleton size="long" />
                </th>
                <td>
                  <Skeleton />
                </td>
                <td>
                  <Skeleton size="short" />
                </td>
                <td>
                  <Skeleton />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </LoadingState>
  );
}
