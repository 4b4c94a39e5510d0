/** Public API of the API keys feature. */
export { addOneYear, createApiKey } from "./create-api-key.ts";
export { registerApiKeyRoutes } from "./routes.ts";
