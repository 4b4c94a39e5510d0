import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { getRouteApi } from "@tanstack/react-router";
import { ApiProblem } from "../../lib/api/problem.ts";
import { ProblemState } from "../../lib/api/problem-state.tsx";
import { formatCount } from "../../lib/lists/counts.ts";
import { ListPager } from "../../lib/lists/list-pager.tsx";
import { firstPage } from "../../lib/lists/paging.ts";
import type { ListUpdates } from "../../lib/lists/updates-banner.tsx";
import { focusPage } from "../../lib/navigation/use-focus-on-navigation.ts";
import { usePageTitle } from "../../lib/navigation/use-page-title.ts";
import { RequirePermission } from "../../lib/session/require-permission.tsx";
import { EmptyState } from "../../ui/feedback/empty-states.tsx";
import { Button } from "../../ui/forms/button.tsx";
import { PageHeader } from "../../ui/layout/page.tsx";
import { useIsNarrow } from "../../ui/layout/use-media-query.ts";
import { LinkButton, VisuallyHidden } from "../../ui/text.tsx";
import { type AuditSearch, isFiltered } from "./audit-search.ts";
import { EventCards } from "./list/event-cards.tsx";
import { EventSkeleton, EventsTable } from "./list/events-table.tsx";
import { ExportMenu } from "./list/export-menu.tsx";
import { FilterBar } from "./list/filters/filter-bar.tsx";
import { type EventPage, useEvents } from "./list/use-events.ts";

/** The audit log, newest first. */
export function AuditPage() {
  const { t } = useLingui();
  usePageTitle(t`Audit log`);
  return (
    <RequirePermission permission="audit:view" name={t`View audit log`}>
      <EventList />
    </RequirePermission>
  );
}

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
        count={total === null ? undefined : formatCount(total, i18n)}
        updates={<NewEventsButton news={news} />}
        actions={<ExportMenu search={search} />}
      />
      <FilterBar search={search} events={page.events ?? []} onFilter={narrow} />
      <VisuallyHidden>
        <span role="status">
          {isFiltered(search) && total !== null && !isStale ? (
            <Plural value={total.count} one="Found # event" other="Found # events" />
          ) : null}
        </span>
      </VisuallyHidden>
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
        title={<Trans>No events found</Trans>}
        actions={
          <Button onClick={() => void navigate({ search: {} })}>
            <Trans>Clear filters</Trans>
          </Button>
        }
      >
        <Trans>No event matches all filters. Remove a filter or choose a longer period.</Trans>
      </EmptyState>
    );
  const rows = { events, isStale: page.isStale || page.news.isFetching, onFilter };
  return (
    <>
      {isNarrow ? <EventCards {...rows} /> : <EventsTable {...rows} />}
      {search.after === undefined && page.nextCursor === null ? null : (
        <ListPager search={search} shown={events.length} total={total} nextCursor={page.nextCursor} />
      )}
    </>
  );
}

/** "12 new events": events since the page was loaded. */
export function NewEventsButton({ news: { count, show } }: { readonly news: ListUpdates }) {
  return (
    <span role="status">
      {count === 0 ? null : (
        <LinkButton
          onClick={() => {
            focusPage(); // The button is removed.
            show();
          }}
        >
          <Plural value={count} one="# new event" other="# new events" />
        </LinkButton>
      )}
    </span>
  );
}
