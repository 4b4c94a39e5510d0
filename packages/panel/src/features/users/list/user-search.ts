/** Search parameters of the list of users: search, filters, order and page. */
import type { UserStatus } from "@gatehouse/sdk/contract";
import { isText, type Paging, pageSize, readPaging, readSearched } from "../../../lib/lists/paging.ts";

/** Orders of the list; the default is by name. */
export type UserSort = "name" | "-name" | "lastActiveAt" | "-lastActiveAt";

/** Search parameters of the list, each absent unless it was set. */
export interface UserSearch extends Paging {
  readonly q?: string | undefined;
  readonly status?: UserStatus | undefined;
  readonly role?: string | undefined;
  readonly twoFactor?: "true" | "false" | undefined;
  readonly sort?: Exclude<UserSort, "name"> | undefined;
}

const uuid = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** Parses the URL's search parameters; invalid ones are dropped. */
export function parseUserSearch(given: Readonly<Record<string, unknown>>): UserSearch {
  const { q, status, role, twoFactor, sort } = given;
  return {
    q: readSearched(q),
    status: status === "active" || status === "suspended" ? status : undefined,
    role: isText(role) && uuid.test(role) ? role : undefined,
    twoFactor: twoFactor === "true" || twoFactor === "false" ? twoFactor : undefined,
    sort: sort === "-name" || sort === "lastActiveAt" || sort === "-lastActiveAt" ? sort : undefined,
    ...readPaging(given),
  };
}

/** Whether a search or filter is set. */
export function isFiltered({ q, ...filters }: UserSearch): boolean {
  return q !== undefined || countFilters(filters) > 0;
}

/** Number of filters that are set. */
export function countFilters({ status, role, twoFactor }: UserSearch): number {
  return [status, role, twoFactor].filter((filter) => filter !== undefined).length;
}

/** The API query for the search parameters. */
export function toListQuery({ sort, after, ...search }: UserSearch) {
  return {
    limit: String(pageSize),
    sort: sort ?? ("name" as const),
    ...toFilterQuery(search),
    ...(after === undefined ? {} : { cursor: after }),
  };
}

/** The search and the filters, as the API names them. */
export function toFilterQuery({ q, status, role, twoFactor }: UserSearch) {
  return {
    ...(q === undefined ? {} : { query: q }),
    ...(status === undefined ? {} : { status }),
    ...(role === undefined ? {} : { role }),
    ...(twoFactor === undefined ? {} : { twoFactor }),
  };
}

/** The order after a click on a column header: names start at A, activity at the newest. */
export function nextSort(sort: UserSort, column: "name" | "lastActiveAt"): UserSort {
  if (column === "name") return sort === "name" ? "-name" : "name";
  return sort === "-lastActiveAt" ? "lastActiveAt" : "-lastActiveAt";
}

/** The last search of the list, for the back link on the page of a user. */
let last: UserSearch = {};

/** Saves the search parameters in memory. */
export function rememberSearch(search: UserSearch): void {
  last = search;
}

/** The last search parameters; all users at first. */
export function getLastSearch(): UserSearch {
  return last;
}
