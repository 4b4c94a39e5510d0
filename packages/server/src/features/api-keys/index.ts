/** API keys: the only door of this feature. */
export { createApiKey, type NewApiKey } from "./create-api-key.ts";
export { findApiKeyPermissions } from "./find-api-key-permissions.ts";
