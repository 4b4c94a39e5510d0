/** The user guide, served. */
export { registerHelp } from "./routes.ts";
