/** Gatehouse's sign-in for panels on other hosts: the only door of this feature. */
export { registerHandOff } from "./routes.ts";
