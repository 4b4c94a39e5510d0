import type { AuditEvent } from "@gatehouse/sdk/contract";
import { Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { moveBetweenRows } from "../../../app/lists/row-keys.ts";
import { actorInWords } from "../../../app/words/event-words.ts";
import { Bone, Skeleton } from "../../../ui/states.tsx";
import table from "../../../ui/table.module.css";
import { Hidden } from "../../../ui/text.tsx";
import { Time } from "../../../ui/time.tsx";
import { useIsNarrow } from "../../../ui/use-media-query.ts";
import type { AuditSearch } from "../audit-search.ts";
import styles from "./audit.module.css";
import { EventButton } from "./event-button.tsx";
import { EventDetails } from "./event-details.tsx";

/** What table and cards show. */
export interface EventRowsProps {
  readonly events: readonly AuditEvent[];
  readonly isStale: boolean;
  readonly onFilter: (filters: Partial<AuditSearch>) => void;
}

/** Events as a table, from 760 px on. A row opens what was before and after. */
export function EventsTable({ events, isStale, onFilter }: EventRowsProps) {
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the arrow keys are an addition to the buttons inside
    <div className={table["bleed"]} onKeyDown={moveBetweenRows}>
      <table className={table["table"]} aria-busy={isStale}>
        <caption>
          <Hidden>
            <Trans>Events, newest first</Trans>
          </Hidden>
        </caption>
        <TableHead />
        {events.map((event) => (
          <EventRow key={event.id} event={event} onFilter={onFilter} />
        ))}
      </table>
    </div>
  );
}

function TableHead() {
  return (
    <thead>
      <tr>
        <th scope="col">
          <Trans>What</Trans>
        </th>
        <th scope="col" className={styles["whom"]}>
          <Trans>Concerning</Trans>
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
        <td className={styles["cut"]}>{actorInWords(event.actor, i18n)}</td>
        <td className={styles["times"]}>
          <Time at={event.at} as="full" />
          <small>
            <Time at={event.at} isAtEnd />
          </small>
        </td>
      </tr>
      {/* Always there, so that paper shows what is closed on the screen. */}
      <tr id={detailsId} className={styles["details"]} hidden={!isOpen}>
        <td colSpan={4}>
          <EventDetails event={event} onFilter={onFilter} />
        </td>
      </tr>
    </tbody>
  );
}

const bones = Array.from({ length: 12 }, (_, row) => row);

/** The geometry of the log while it loads for the first time. */
export function EventSkeleton() {
  const isNarrow = useIsNarrow();
  if (isNarrow)
    return (
      <Skeleton>
        <ul className={table["cards"]} aria-hidden="true">
          {bones.slice(0, 6).map((row) => (
            <li key={row}>
              <Bone size="long" />
              <span className={table["facts"]}>
                <Bone />
              </span>
            </li>
          ))}
        </ul>
      </Skeleton>
    );
  return (
    <Skeleton>
      <div className={table["bleed"]} aria-hidden="true" inert>
        <table className={table["table"]}>
          <TableHead />
          <tbody>
            {bones.map((row) => (
              <tr key={row}>
                <th scope="row">
                  <Bone size="long" />
                </th>
                <td>
                  <Bone />
                </td>
                <td>
                  <Bone size="short" />
                </td>
                <td>
                  <Bone />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Skeleton>
  );
}
