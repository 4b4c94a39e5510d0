/** Public API of the permissions feature. */
export { changeCatalogue, findUsedError, readCatalogue, writeCatalogue } from "./change-catalogue.ts";
export { compareDefinitions } from "./compare-catalogues.ts";
export { listActiveKeys } from "./queries.ts";
