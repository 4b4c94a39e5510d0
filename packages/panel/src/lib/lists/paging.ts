/** The page of a list in the URL, and the counts in its header and pager. */
import type { Total } from "@gatehouse/sdk/contract";
import type { I18n } from "@lingui/core";
import { msg } from "@lingui/core/macro";

/** Search parameters of a paginated list. */
export interface Paging {
  /** Cursor of the previous page; absent on the first page. */
  readonly after?: string | undefined;
  /** Number of the page after the cursor, for "51–100 of 1,204". */
  readonly page?: number | undefined;
}

declare module "@tanstack/react-router" {
  interface HistoryState {
    /** Cursors of the previous pages, without the first. */
    readonly trail?: readonly string[];
  }
}

/** Resets to the first page, for changes of search and filters. */
export const firstPage = { after: undefined, page: undefined } as const;

/** Parses the page; invalid values are ignored. */
export function readPaging(given: Readonly<Record<string, unknown>>): Paging {
  const { after } = given;
  const page = Number(given["page"]);
  const isLater = isText(after) && after.length <= 2000;
  return {
    after: isLater ? after : undefined,
    page: isLater && Number.isSafeInteger(page) && page > 1 ? page : undefined,
  };
}

/** Whether a parameter is a non-empty string. */
export function isText(value: unknown): value is string {
  return typeof value === "string" && value.trim() !== "";
}

/** Parses the search text. */
export function readSearched(value: unknown): string | undefined {
  return isText(value) ? value.slice(0, 200) : undefined;
}

const uuid = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** Whether a parameter is a UUID. */
export function isId(value: unknown): value is string {
  return typeof value === "string" && uuid.test(value);
}

/** Rows per page. */
export const pageSize = 50;

/** "1,204", or "10,000+" where the count is a lower bound. */
export function formatCount({ count, exact }: Total, i18n: I18n): string {
  return exact ? i18n.number(count) : `${i18n.number(count)}+`;
}

/** The count in the header: "1,204 of 3,418" for a filtered list, "3,418" otherwise. */
export function formatHeaderCount(
  total: Total,
  overall: Total | null,
  isFiltered: boolean,
  i18n: I18n,
): string {
  const found = formatCount(total, i18n);
  if (!isFiltered || overall === null) return found;
  const all = formatCount(overall, i18n);
  return i18n._(msg`${found} of ${all}`);
}

/** The range in the pager: "51–100 of 1,204". */
export function formatPageRange(page: number | null, shown: number, total: Total, i18n: I18n): string {
  const all = formatCount(total, i18n);
  if (page === null) return i18n._(msg`${all} in all`);
  const start = (page - 1) * pageSize;
  const first = i18n.number(start + 1);
  const last = i18n.number(start + shown);
  return i18n._(msg`${first}–${last} of ${all}`);
}
