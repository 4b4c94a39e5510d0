import type { AuditEvent, Total } from "@gatehouse/sdk/contract";
import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { getRouteApi } from "@tanstack/react-router";
import { ProblemState } from "../../lib/api/problem-text.tsx";
import { ApiProblem, buildUrl } from "../../lib/api/request.ts";
import { useApiKey, useApiQuery } from "../../lib/api/use-api.tsx";
import { ListPager } from "../../lib/lists/list-pager.tsx";
import { firstPage, formatCount } from "../../lib/lists/paging.ts";
import { type ListUpdates, useListUpdates } from "../../lib/lists/updates-banner.tsx";
import { focusPage, usePageTitle } from "../../lib/navigation/page-change.ts";
import { RequirePermission, useCan, useOrganization } from "../../lib/session/session.tsx";
import { useNow } from "../../ui/data-display/time.tsx";
import { EmptyState } from "../../ui/feedback/empty-states.tsx";
import { Button } from "../../ui/forms/button.tsx";
import { PageHeader, useHasRoom } from "../../ui/layout/page.tsx";
import { MenuButton, MenuItem, MenuSeparator } from "../../ui/overlays/menu.tsx";
import { LinkButton, VisuallyHidden } from "../../ui/text.tsx";
import { type AuditSearch, isFiltered, toFilterQuery, toListQuery } from "./audit-search.ts";
import { usePermissionName } from "./event-details.tsx";
import { EventCards, EventSkeleton, EventsTable, eventsTableWidth } from "./events-table.tsx";
import { FilterBar } from "./filter-bar.tsx";
import { useCsvExport } from "./use-csv-export.ts";

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
function EventList() {
  const { i18n } = useLingui();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const page = useEvents(search);
  const { total, isStale, listUpdates } = page;
  const narrow = (filters: Partial<AuditSearch>) =>
    void navigate({ search: { ...search, ...firstPage, ...filters } });
  return (
    <>
      <PageHeader
        title={<Trans>Audit log</Trans>}
        count={total === null ? undefined : formatCount(total, i18n)}
        updates={<NewEventsButton listUpdates={listUpdates} />}
        actions={<ExportMenu search={search} />}
      />
      <FilterBar
        search={search}
        events={page.events ?? []}
        isSettled={!isStale && page.events !== null}
        onSearch={(q) => void navigate({ search: { ...search, ...firstPage, q }, replace: true })}
        onFilter={narrow}
      />
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
  const hasTable = useHasRoom(eventsTableWidth);
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
  const rows = {
    events,
    within: page.within,
    isStale: page.isStale || page.listUpdates.isFetching,
    onFilter,
  };
  return (
    <>
      {hasTable ? <EventsTable {...rows} /> : <EventCards {...rows} />}
      {search.after === undefined && page.nextCursor === null ? null : (
        <ListPager search={search} shown={events.length} total={total} nextCursor={page.nextCursor} />
      )}
    </>
  );
}

/** "12 new events": events since the page was loaded. */
function NewEventsButton({ listUpdates: { count, show } }: { readonly listUpdates: ListUpdates }) {
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

const eventsRoute = "GET /organizations/:organizationId/audit-events";

/** One page of the log. */
interface EventPage {
  readonly events: readonly AuditEvent[] | null;
  /** How many events an entry contains besides itself, by its id. */
  readonly within: Readonly<Record<string, number>>;
  readonly nextCursor: string | null;
  readonly total: Total | null;
  readonly error: unknown;
  /** The previous rows are shown while the next ones load. */
  readonly isStale: boolean;
  /** Events since the page was loaded. */
  readonly listUpdates: ListUpdates;
  readonly retry: () => unknown;
}

/** Loads the events for the search parameters. */
function useEvents(search: AuditSearch): EventPage {
  const call = { query: toListQuery(search, useNow()) };
  const page = useApiQuery(eventsRoute, call, { keepsPrevious: true });
  const listUpdates = useListUpdates(useApiKey()(eventsRoute, call));
  const body = page.data?.body;
  return {
    events: body?.items ?? null,
    within: body?.within ?? {},
    nextCursor: body?.nextCursor ?? null,
    total: body?.total ?? null,
    error: body === undefined ? page.error : null,
    isStale: page.isPlaceholderData,
    listUpdates,
    retry: () => page.refetch(),
  };
}

/** Exports the filtered log as a file, or prints it. */
function ExportMenu({ search }: { readonly search: AuditSearch }) {
  const { t } = useLingui();
  const { id: organizationId } = useOrganization();
  const canExport = useCan("audit:export");
  const now = useNow();
  const csv = useCsvExport(usePermissionName());
  const downloadJson = () => {
    const link = document.createElement("a");
    link.href = buildUrl("GET /organizations/:organizationId/audit-events/export", {
      params: { organizationId },
      query: { ...toFilterQuery(search, now), format: "ndjson" },
    });
    link.download = "";
    link.click();
  };
  const why = canExport
    ? {}
    : { isOff: true, about: t`You don’t have the “Export” permission for the audit log` };
  return (
    <MenuButton label={t`Export the audit log`} text={t`Export`}>
      <MenuItem
        onAction={() => csv.mutate(toFilterQuery(search, now))}
        {...why}
      >{t`As CSV, for a spreadsheet`}</MenuItem>
      <MenuItem onAction={downloadJson} {...why}>{t`As JSON, one event per line`}</MenuItem>
      <MenuSeparator />
      {/* The menu must be closed before printing. */}
      <MenuItem onAction={() => setTimeout(() => print(), 300)}>{t`Print this page`}</MenuItem>
    </MenuButton>
  );
}
