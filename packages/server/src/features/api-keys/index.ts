/** API keys: the only door of this feature. */
export { createApiKey, yearAfter } from "./create-api-key.ts";
export { registerApiKeyRoutes } from "./routes.ts";
