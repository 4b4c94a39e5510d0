/** How the list of users was last looked at, so that the way back from a user leads to the same list. */
import type { RegisteredRouter, RouteById } from "@tanstack/react-router";

/** Search parameters of the list's address. */
type ListSearch = RouteById<RegisteredRouter["routeTree"], "/shell/users">["types"]["fullSearchSchema"];

let last: ListSearch = {};

/** Keeps what the list shows, until the page is left. */
export function rememberSearch(search: ListSearch): void {
  last = search;
}

/** What the list showed last; everybody at first. */
export function lastSearch(): ListSearch {
  return last;
}
