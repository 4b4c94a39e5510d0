/** The catalogue of permissions: the only door of this feature. */
export { registerCatalogueRoutes } from "./routes.ts";
