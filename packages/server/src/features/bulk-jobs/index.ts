/** Changes many users in one job. Other features import only from here. */
export { registerBulkJobRoutes } from "./routes.ts";
export { onBulkJobRetriesExhausted, runBulkJob } from "./run-bulk-job.ts";
