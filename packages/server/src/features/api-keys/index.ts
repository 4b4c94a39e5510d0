/** Public API of the API keys feature. */
export { addOneYear, createApiKey } from "./manage-api-keys.ts";
