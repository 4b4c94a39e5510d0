/** Sign-in for panels on other hosts: the entry point of this feature. */
export { registerHandOff } from "./routes.ts";
