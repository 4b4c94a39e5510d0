/** What the address says about the list: search, filters, order and page. */
import type { UserStatus } from "@gatehouse/sdk/contract";
import { pageSize } from "../../../app/lists/counts.ts";
import { isText, type Paging, readPaging, readSearched } from "../../../app/lists/paging.ts";

/** Orders of the list; by name unless the address says otherwise. */
export type UserSort = "name" | "-name" | "lastActiveAt" | "-lastActiveAt";

/** Search parameters of the list, each absent unless it was set. */
export interface ListSearch extends Paging {
  readonly q?: string | undefined;
  readonly status?: UserStatus | undefined;
  readonly role?: string | undefined;
  readonly sort?: Exclude<UserSort, "name"> | undefined;
}

const uuid = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** Reads the address; what makes no sense is dropped, never shown as an error. */
export function readListSearch(given: Readonly<Record<string, unknown>>): ListSearch {
  const { q, status, role, sort } = given;
  return {
    q: readSearched(q),
    status: status === "active" || status === "suspended" ? status : undefined,
    role: isText(role) && uuid.test(role) ? role : undefined,
    sort: sort === "-name" || sort === "lastActiveAt" || sort === "-lastActiveAt" ? sort : undefined,
    ...readPaging(given),
  };
}

/** Whether the list leaves anybody out. */
export function isFiltered({ q, status, role }: ListSearch): boolean {
  return q !== undefined || status !== undefined || role !== undefined;
}

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
