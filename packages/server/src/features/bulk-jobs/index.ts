/** Changes many users in one job. Other features import only from here. */
export { onBulkJobRetriesExhausted, runBulkJob } from "./run-bulk-job.ts";
