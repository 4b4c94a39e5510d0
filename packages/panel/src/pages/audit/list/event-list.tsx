import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { getRouteApi } from "@tanstack/react-router";
import { ApiProblem } from "../../../app/api/problem.ts";
import { countText } from "../../../app/lists/counts.ts";
import { ListPager } from "../../../app/lists/list-pager.tsx";
import { firstPage } from "../../../app/lists/paging.ts";
import { ProblemState } from "../../../app/problem-state.tsx";
import { Button } from "../../../ui/button.tsx";
import { PageHeader } from "../../../ui/page.tsx";
import { EmptyState } from "../../../ui/states.tsx";
import { Hidden } from "../../../ui/text.tsx";
import { useIsNarrow } from "../../../ui/use-media-query.ts";
import { type AuditSearch, isFiltered } from "../audit-search.ts";
import { EventCards } from "./event-cards.tsx";
import { EventNews } from "./event-news.tsx";
import { EventSkeleton, EventsTable } from "./events-table.tsx";
import { ExportMenu } from "./export-menu.tsx";
import { FilterBar } from "./filters/filter-bar.tsx";
import { type EventPage, useEvents } from "./use-events.ts";

const route = getRouteApi("/shell/audit");

/** Header, filters, events and pager. */
export function EventList() {
  const { i18n } = useLingui();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const page = useEvents(search);
  const { total, isStale, news } = page;
  const narrow = (filters: Partial<AuditSearch>) =>
    void navigate({ search: { ...search, ...firstPage, ...filters } });
  return (
    <>
      <PageHeader
        title={<Trans>Audit log</Trans>}
        count={total === null ? undefined : countText(total, i18n)}
        news={<EventNews news={news} />}
        actions={<ExportMenu search={search} />}
      />
      <FilterBar search={search} events={page.events ?? []} onFilter={narrow} />
      <Hidden>
        <span role="status">
          {isFiltered(search) && total !== null && !isStale ? (
            <Plural value={total.count} one="Found # event" other="Found # events" />
          ) : null}
        </span>
      </Hidden>
      <Rows page={page} search={search} onFilter={narrow} />
    </>
  );
}

interface RowsProps {
  readonly page: EventPage;
  readonly search: AuditSearch;
  readonly onFilter: (filters: Partial<AuditSearch>) => void;
}

function Rows({ page, search, onFilter }: RowsProps) {
  const isNarrow = useIsNarrow();
  const navigate = route.useNavigate();
  const { events, total, error } = page;
  if (error !== null) {
    const isMoved = error instanceof ApiProblem && error.code === "request/cursor";
    const restart = () => void navigate({ search: { ...search, ...firstPage }, replace: true });
    return <ProblemState error={error} onRetry={isMoved ? restart : page.retry} />;
  }
  if (events === null || total === null) return <EventSkeleton />;
  if (events.length === 0)
    return (
      <EmptyState
        title={<Trans>Nothing like that was done</Trans>}
        actions={
          <Button onClick={() => void navigate({ search: {} })}>
            <Trans>Clear filters</Trans>
          </Button>
        }
      >
        <Trans>No event matches all of the filters. Take one away, or look at a longer time.</Trans>
      </EmptyState>
    );
  const rows = { events, isStale: page.isStale || page.news.isReading, onFilter };
  return (
    <>
      {isNarrow ? <EventCards {...rows} /> : <EventsTable {...rows} />}
      {search.after === undefined && page.nextCursor === null ? null : (
        <ListPager search={search} shown={events.length} total={total} nextCursor={page.nextCursor} />
      )}
    </>
  );
}
