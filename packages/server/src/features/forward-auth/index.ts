/** Forward authentication for reverse proxies: the entry point of this feature. */
export { registerForwardAuth } from "./routes.ts";
