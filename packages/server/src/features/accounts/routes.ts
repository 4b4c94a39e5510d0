import * as contract from "@gatehouse/sdk/contract";
import type { Deps } from "../../deps.ts";
import type { Route } from "../../http/route.ts";
import { editMe, getMe } from "./me.ts";

/** Registers the endpoints of the signed-in account. */
export function registerAccountRoutes(route: Route, deps: Deps): void {
  route(contract.getMe, { account: true }, async ({ account }) => ({ body: await getMe(deps, account) }));
  route(contract.editMe, { account: true }, async ({ account, body }) => ({
    body: await editMe(deps, account, body),
  }));
}
