/** The user guide over HTTP. */
export { registerHelp } from "./routes.ts";
