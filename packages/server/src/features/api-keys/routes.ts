import * as contract from "@gatehouse/sdk/contract";
import type { Deps } from "../../deps.ts";
import type { Bind } from "../../http/bind.ts";
import { issueApiKey } from "./issue-api-key.ts";
import { listApiKeys } from "./list-api-keys.ts";
import { revokeApiKey } from "./revoke-api-key.ts";

/** Binds the API keys to their endpoints. */
export function registerApiKeyRoutes(bind: Bind, deps: Deps): void {
  bind(contract.listApiKeys, { permission: "api-keys:view" }, async ({ actor, query }) => ({
    body: await listApiKeys(deps, actor, query),
  }));
  bind(contract.createApiKey, { permission: "api-keys:create" }, async ({ actor, body, idempotency }) => ({
    body: await issueApiKey(deps, actor, body, idempotency),
  }));
  bind(contract.revokeApiKey, { permission: "api-keys:revoke" }, async ({ actor, params }) => {
    await revokeApiKey(deps, actor, params.apiKeyId);
    return {};
  });
}
