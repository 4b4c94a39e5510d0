/** E-mail delivery settings: the entry point of this feature. */
export { registerMailRoutes } from "./routes.ts";
