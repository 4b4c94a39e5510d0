/** Search parameters of the audit log: filters and page. */
import { isText, type Paging, pageSize, readPaging, readSearched } from "../../lib/lists/paging.ts";

/** Spans that end today, in days. */
export const spans = [1, 7, 30, 90] as const;

/** Search parameters of the log, each absent unless it was set. */
export interface AuditSearch extends Paging {
  /** Words that the name of the actor or of the target contains. */
  readonly q?: string | undefined;
  /** Id of the user or key that did it. */
  readonly by?: string | undefined;
  /** Id of the target. */
  readonly about?: string | undefined;
  /** An action (`users.edited`) or a prefix (`users.`). */
  readonly action?: string | undefined;
  /** The last days, today included. */
  readonly days?: number | undefined;
  /** First and last day, `2026-11-03`, of the reader's calendar. Not together with `days`. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** Parses the URL's search parameters; invalid ones are dropped. */
export function parseAuditSearch(given: Readonly<Record<string, unknown>>): AuditSearch {
  const days = spans.find((span) => span === Number(given["days"]));
  return {
    q: readSearched(given["q"]),
    by: readId(given["by"]),
    about: readId(given["about"]),
    action: readAction(given["action"]),
    ...(days === undefined ? { from: readDay(given["from"]), to: readDay(given["to"]) } : { days }),
    ...readPaging(given),
  };
}

function readId(value: unknown): string | undefined {
  return isText(value) && /^[0-9a-f-]{36}$/i.test(value) ? value : undefined;
}

function readAction(value: unknown): string | undefined {
  return isText(value) && /^[a-z-]{1,40}\.[a-z-]{0,40}$/.test(value) ? value : undefined;
}

function readDay(value: unknown): string | undefined {
  if (!isText(value) || !/^\d{4}-\d{2}-\d{2}$/.test(value)) return undefined;
  return Number.isNaN(Date.parse(value)) ? undefined : value;
}

/** Whether a filter is set. */
export function isFiltered({ q, by, about, action, days, from, to }: AuditSearch): boolean {
  return [q, by, about, action, days, from, to].some((filter) => filter !== undefined);
}

/** The API filters: days become instants in the reader's time zone. `today` is any instant of today. */
export function toFilterQuery(search: AuditSearch, today: Date) {
  const { q, by, about, action, days } = search;
  const from =
    days === undefined ? search.from && getDayStart(search.from, 0) : getDayStart(toDay(today), 1 - days);
  const to = days === undefined && search.to !== undefined ? getDayStart(search.to, 1) : undefined;
  return {
    ...(q === undefined ? {} : { query: q }),
    ...(by === undefined ? {} : { actor: by }),
    ...(about === undefined ? {} : { target: about }),
    ...(action === undefined ? {} : { action }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  };
}

/**
 * Whether the events of a bulk change are one entry. Not in a search for a name, a target or an action: there each event counts.
 */
function isGrouped({ q, about, action }: AuditSearch): boolean {
  return [q, about, action].every((filter) => filter === undefined);
}

/** The API query for a page. */
export function toListQuery(search: AuditSearch, today: Date) {
  return {
    limit: String(pageSize),
    ...(isGrouped(search) ? { grouped: "true" as const } : {}),
    ...toFilterQuery(search, today),
    ...(search.after === undefined ? {} : { cursor: search.after }),
  };
}

/** A day of the reader's calendar: `2026-11-03`. */
export function toDay(instant: Date): string {
  const two = (part: number) => String(part).padStart(2, "0");
  return `${instant.getFullYear()}-${two(instant.getMonth() + 1)}-${two(instant.getDate())}`;
}

/** The start of a day in the reader's time zone, `later` days after it. */
function getDayStart(day: string, later: number): string {
  const [year = 0, month = 1, date = 1] = day.split("-").map(Number);
  const start = new Date(year, month - 1, date + later);
  // Two-digit years would be taken for the twentieth century.
  start.setFullYear(year, month - 1, date + later);
  return start.toISOString();
}
