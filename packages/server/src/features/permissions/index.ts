/** Public API of the permissions feature. */
export { changeCatalogue } from "./change-catalogue.ts";
