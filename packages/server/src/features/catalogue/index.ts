/** The catalogue of permissions: the only door of this feature. */
export { changeCatalogue } from "./change-catalogue.ts";
export { registerCatalogueRoutes } from "./routes.ts";
