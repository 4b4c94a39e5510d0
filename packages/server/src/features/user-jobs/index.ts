/** Changes of many users at once: the only door of this feature. */
export { giveUpUserJob } from "./give-up-user-job.ts";
export { registerUserJobRoutes } from "./routes.ts";
export { runUserJob } from "./run-user-job.ts";
