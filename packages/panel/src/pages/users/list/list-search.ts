/** What the address says about the list: search, filters, order and page. */
import type { UserStatus } from "@gatehouse/sdk/contract";

/** Orders of the list; by name unless the address says otherwise. */
export type UserSort = "name" | "-name" | "lastActiveAt" | "-lastActiveAt";

/** Search parameters of the list, each absent unless it was set. */
export interface ListSearch {
  readonly q?: string | undefined;
  readonly status?: UserStatus | undefined;
  readonly role?: string | undefined;
  readonly sort?: Exclude<UserSort, "name"> | undefined;
  /** Cursor of the page before; absent on the first page. */
  readonly after?: string | undefined;
  /** Number of the page that `after` leads to, for "51–100 of 1,204". */
  readonly page?: number | undefined;
}

const uuid = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** Reads the address; what makes no sense is dropped, never shown as an error. */
export function readListSearch(given: Readonly<Record<string, unknown>>): ListSearch {
  const { q, status, role, sort, after } = given;
  const page = Number(given["page"]);
  const isLater = isText(after) && after.length <= 2000;
  return {
    q: isText(q) ? q.slice(0, 200) : undefined,
    status: status === "active" || status === "suspended" ? status : undefined,
    role: isText(role) && uuid.test(role) ? role : undefined,
    sort: sort === "-name" || sort === "lastActiveAt" || sort === "-lastActiveAt" ? sort : undefined,
    after: isLater ? after : undefined,
    page: isLater && Number.isSafeInteger(page) && page > 1 ? page : undefined,
  };
}

/** Whether the list leaves anybody out. */
export function isFiltered({ q, status, role }: ListSearch): boolean {
  return q !== undefined || status !== undefined || role !== undefined;
}

/** How many rows a page has. */
export const pageSize = 50;

/** The query of the API for what the address says. */
export function listQuery({ q, status, role, sort, after }: ListSearch) {
  return {
    limit: String(pageSize),
    sort: sort ?? ("name" as const),
    ...(q === undefined ? {} : { query: q }),
    ...(status === undefined ? {} : { status }),
    ...(role === undefined ? {} : { role }),
    ...(after === undefined ? {} : { cursor: after }),
  };
}

/** The order after a press on a column's head: names start at A, activity at the newest. */
export function nextSort(sort: UserSort, column: "name" | "lastActiveAt"): UserSort {
  if (column === "name") return sort === "name" ? "-name" : "name";
  return sort === "-lastActiveAt" ? "lastActiveAt" : "-lastActiveAt";
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value.trim() !== "";
}
