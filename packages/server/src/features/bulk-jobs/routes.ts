import {
  cancelUserJob as cancelEndpoint,
  createUserJob as createEndpoint,
  exportUserJobFailures as exportEndpoint,
  getUserJob as getEndpoint,
  listUserJobResults as listEndpoint,
  listUserJobs as listJobsEndpoint,
  previewUserJob as previewEndpoint,
} from "@gatehouse/sdk/contract";
import { authorizeWrite } from "../../auth/authorize-write.ts";
import type { Deps } from "../../deps.ts";
import { withIdempotency } from "../../http/idempotency.ts";
import type { Route } from "../../http/route.ts";
import { cancelBulkJob, createBulkJob } from "./create-bulk-job.ts";
import { previewBulkJob } from "./preview-bulk-job.ts";
import { exportBulkJobFailures, getBulkJob, listBulkJobResults, listBulkJobs } from "./read-bulk-job.ts";

/** Registers the endpoints of bulk jobs. The use cases check which of the two permissions an action needs. */
export function registerBulkJobRoutes(route: Route, deps: Deps): void {
  const canEdit = { anyOf: ["users:suspend", "roles:assign"] } as const;
  const canView = { permission: "users:view" } as const;
  route(createEndpoint, canEdit, ({ actor, body, idempotency }) =>
    authorizeWrite(
      deps,
      actor,
      (tx, actor) =>
        withIdempotency(deps, tx, actor, idempotency, async () => ({
          status: createEndpoint.success.status,
          body: await createBulkJob(deps, tx, actor, body),
        })),
      { timeouts: "background" }, // it writes up to 100,000 rows
    ),
  );
  route(previewEndpoint, canEdit, async ({ actor, body }) => ({
    body: await previewBulkJob(deps, actor, body),
  }));
  route(listJobsEndpoint, canView, async ({ actor, query }) => ({
    body: await listBulkJobs(deps, actor, query),
  }));
  route(getEndpoint, canView, async ({ actor, params }) => ({
    body: await getBulkJob(deps, actor, params.jobId),
  }));
  route(cancelEndpoint, canEdit, async ({ actor, params }) => {
    await cancelBulkJob(deps, actor, params.jobId);
    return {};
  });
  route(listEndpoint, canView, async ({ actor, params, query }) => ({
    body: await listBulkJobResults(deps, actor, { ...query, jobId: params.jobId }),
  }));
  route(exportEndpoint, canView, async ({ actor, params }) => ({
    stream: {
      contentType: "text/csv; charset=utf-8",
      filename: "not-changed.csv",
      chunks: await exportBulkJobFailures(deps, actor, params.jobId),
    },
  }));
}
