import {
  cancelUserJob as cancelEndpoint,
  createUserJob as createEndpoint,
  exportUserJobFailures as exportEndpoint,
  getUserJob as getEndpoint,
  listUserJobResults as listEndpoint,
} from "@gatehouse/sdk/contract";
import type { Deps } from "../../deps.ts";
import { authorizeWrite } from "../../http/authorize-write.ts";
import type { Bind } from "../../http/bind.ts";
import { idempotently } from "../../http/idempotency.ts";
import { cancelUserJob } from "./cancel-user-job.ts";
import { createUserJob } from "./create-user-job.ts";
import { exportUserJobFailures } from "./export-user-job-failures.ts";
import { getUserJob } from "./get-user-job.ts";
import { listUserJobResults } from "./list-user-job-results.ts";

/** Binds changes of many users to their endpoints. The use cases decide which of the two permissions an action needs. */
export function registerUserJobRoutes(bind: Bind, deps: Deps): void {
  const mayChange = { anyOf: ["users:suspend", "roles:assign"] } as const;
  const maySee = { permission: "users:view" } as const;
  bind(createEndpoint, mayChange, ({ actor, body, idempotency }) =>
    authorizeWrite(
      deps,
      actor,
      (tx, actor) =>
        idempotently(deps, tx, actor, idempotency, async () => ({
          status: createEndpoint.success.status,
          body: await createUserJob(deps, tx, actor, body),
        })),
      { timeouts: "background" }, // it writes up to 100,000 rows
    ),
  );
  bind(getEndpoint, maySee, async ({ actor, params }) => ({
    body: await getUserJob(deps, actor, params.jobId),
  }));
  bind(cancelEndpoint, mayChange, async ({ actor, params }) => {
    await cancelUserJob(deps, actor, params.jobId);
    return {};
  });
  bind(listEndpoint, maySee, async ({ actor, params, query }) => ({
    body: await listUserJobResults(deps, actor, { ...query, jobId: params.jobId }),
  }));
  bind(exportEndpoint, maySee, async ({ actor, params }) => ({
    stream: {
      contentType: "text/csv; charset=utf-8",
      filename: "not-changed.csv",
      chunks: await exportUserJobFailures(deps, actor, params.jobId),
    },
  }));
}
