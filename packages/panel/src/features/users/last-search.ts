/** The last search of the list of users, for the back link on the page of a user. */
import type { RegisteredRouter, RouteById } from "@tanstack/react-router";

/** Search parameters of the list. */
type ListSearch = RouteById<RegisteredRouter["routeTree"], "/shell/users">["types"]["fullSearchSchema"];

let last: ListSearch = {};

/** Saves the search parameters in memory. */
export function rememberSearch(search: ListSearch): void {
  last = search;
}

/** The last search parameters; all users at first. */
export function getLastSearch(): ListSearch {
  return last;
}
