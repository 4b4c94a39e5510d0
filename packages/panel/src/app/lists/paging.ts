/** What an address says about the page of a list. */

/** Search parameters of every list with pages, each absent unless it was set. */
export interface Paging {
  /** Cursor of the page before; absent on the first page. */
  readonly after?: string | undefined;
  /** Number of the page that `after` leads to, for "51–100 of 1,204". */
  readonly page?: number | undefined;
}

declare module "@tanstack/react-router" {
  interface HistoryState {
    /** Cursors of the pages of the list before this one, the first page's left out. */
    readonly trail?: readonly string[];
  }
}

/** Back to the first page: for whatever changes which rows there are. */
export const firstPage = { after: undefined, page: undefined } as const;

/** Reads the page out of an address; what makes no sense is dropped, never shown as an error. */
export function readPaging(given: Readonly<Record<string, unknown>>): Paging {
  const { after } = given;
  const page = Number(given["page"]);
  const isLater = isText(after) && after.length <= 2000;
  return {
    after: isLater ? after : undefined,
    page: isLater && Number.isSafeInteger(page) && page > 1 ? page : undefined,
  };
}

/** A text in an address that says something. */
export function isText(value: unknown): value is string {
  return typeof value === "string" && value.trim() !== "";
}

/** What was searched for, as an address has it. */
export function readSearched(value: unknown): string | undefined {
  return isText(value) ? value.slice(0, 200) : undefined;
}
