/** Sign-in for other panels, through the proxy in front of them: the only door of this feature. */
export { registerForwardAuth } from "./routes.ts";
