/** The page of a list in the URL. */

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
