/** Helpers for tests of bulk jobs. */
import type { NewUserJob, UserJobResult, UserJobView, UserView } from "@gatehouse/sdk/contract";
import { runBulkJob } from "../src/features/bulk-jobs/index.ts";
import type { ApiClient } from "./api-client.ts";
import type { TestApp } from "./create-test-app.ts";
import type { TestOrganization } from "./factories.ts";

/** Bulk jobs of one organization. */
export interface BulkJobSteps {
  /** Starts a job, by default as the owner. */
  readonly start: (job: NewUserJob, by?: ApiClient) => Promise<UserJobView>;
  readonly get: (id: string) => Promise<UserJobView>;
  /** Starts a job and runs it to the end. */
  readonly run: (job: NewUserJob, by?: ApiClient) => Promise<UserJobView>;
  readonly results: (id: string, query?: string) => Promise<readonly UserJobResult[]>;
  /** `Ayşe: changed`, for each. */
  readonly outcomes: (id: string) => Promise<readonly string[]>;
  /** `Ayşe: active Marketer, Viewer`, for each user of the organization in name order. */
  readonly users: () => Promise<readonly string[]>;
  /** Runs one batch with one user. The clock advances so fast that the time is up then. */
  readonly runOneBatch: (job: UserJobView, generation: number) => Promise<void>;
}

/** Creates the helpers for one organization. */
export function createBulkJobSteps(t: TestApp, organization: TestOrganization): BulkJobSteps {
  const base = `/organizations/${organization.organizationId}`;
  const owner = t.as(organization.owner);
  const start: BulkJobSteps["start"] = async (job, by = owner) => {
    const response = await by.post(`${base}/user-jobs`, job);
    if (response.statusCode !== 202) throw new Error(`${response.statusCode}: ${response.body}`);
    return response.json<UserJobView>();
  };
  const get: BulkJobSteps["get"] = async (id) =>
    (await owner.get(`${base}/user-jobs/${id}`)).json<UserJobView>();
  const results: BulkJobSteps["results"] = async (id, query = "?limit=100") =>
    (await owner.get(`${base}/user-jobs/${id}/results${query}`)).json<{ items: UserJobResult[] }>().items;
  return {
    start,
    get,
    results,
    run: async (job, by) => {
      const { id } = await start(job, by);
      await t.drainOutbox();
      return get(id);
    },
    outcomes: async (id) =>
      (await results(id)).map(({ name, outcome, code }) => [`${name}: ${outcome}`, code].join(" ").trim()),
    users: async () => {
      const { items } = (await owner.get(`${base}/users?limit=100`)).json<{ items: UserView[] }>();
      return items.map((user) =>
        `${user.name}: ${user.status} ${user.roles.map(({ name }) => name).join(", ")}`.trim(),
      );
    },
    runOneBatch: async (job, generation) => {
      let now = t.clock.now().getTime();
      const clock = {
        now: () => {
          now += 5_000;
          return new Date(now);
        },
      };
      const { organizationId } = organization;
      const message = { kind: "user-job", organizationId, jobId: job.id, generation } as const;
      await runBulkJob({ ...t.deps, clock }, message, { batchSize: 1 });
    },
  };
}
