import * as contract from "@gatehouse/sdk/contract";
import type { Deps } from "../../deps.ts";
import type { Route } from "../../http/route.ts";
import { issueApiKey, listApiKeys, revokeApiKey } from "./manage-api-keys.ts";

/** Registers the endpoints of API keys. */
export function registerApiKeyRoutes(route: Route, deps: Deps): void {
  route(contract.listApiKeys, { permission: "api-keys:view" }, async ({ actor, query }) => ({
    body: await listApiKeys(deps, actor, query),
  }));
  route(contract.createApiKey, { permission: "api-keys:create" }, async ({ actor, body, idempotency }) => ({
    body: await issueApiKey(deps, actor, body, idempotency),
  }));
  route(contract.revokeApiKey, { permission: "api-keys:revoke" }, async ({ actor, params }) => {
    await revokeApiKey(deps, actor, params.apiKeyId);
    return {};
  });
}
