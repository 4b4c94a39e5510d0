/** Steps that tests of changes of many users share. */
import type { NewUserJob, UserJobResult, UserJobView, UserView } from "@gatehouse/sdk/contract";
import { runUserJob } from "../src/features/user-jobs/index.ts";
import type { ApiClient } from "./api-client.ts";
import type { TestApp } from "./create-test-app.ts";
import type { TestOrganization } from "./factories.ts";

/** What a test does with jobs of one organization. */
export interface JobSteps {
  /** Starts a job, as the owner unless somebody else is given. */
  readonly start: (job: NewUserJob, by?: ApiClient) => Promise<UserJobView>;
  readonly get: (id: string) => Promise<UserJobView>;
  /** Starts it and does the worker's part to the end. */
  readonly run: (job: NewUserJob, by?: ApiClient) => Promise<UserJobView>;
  readonly results: (id: string, query?: string) => Promise<readonly UserJobResult[]>;
  /** `Ayşe: changed`, for each. */
  readonly outcomes: (id: string) => Promise<readonly string[]>;
  /** `Ayşe: active Marketer, Viewer`, for each user of the organization in name order. */
  readonly users: () => Promise<readonly string[]>;
  /** The worker's part up to the first hand-over: with a clock that leaps, after the first user. */
  readonly oneTurn: (job: UserJobView, generation: number) => Promise<void>;
}

/** Steps in one organization. */
export function jobSteps(t: TestApp, organization: TestOrganization): JobSteps {
  const base = `/organizations/${organization.organizationId}`;
  const owner = t.as(organization.owner);
  const start: JobSteps["start"] = async (job, by = owner) => {
    const answer = await by.post(`${base}/user-jobs`, job);
    if (answer.statusCode !== 202) throw new Error(`${answer.statusCode}: ${answer.body}`);
    return answer.json<UserJobView>();
  };
  const get: JobSteps["get"] = async (id) => (await owner.get(`${base}/user-jobs/${id}`)).json<UserJobView>();
  const results: JobSteps["results"] = async (id, query = "?limit=100") =>
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
    oneTurn: async (job, generation) => {
      let now = t.clock.now().getTime();
      const clock = {
        now: () => {
          now += 5_000;
          return new Date(now);
        },
      };
      const { organizationId } = organization;
      await runUserJob({ ...t.deps, clock }, { kind: "user-job", organizationId, jobId: job.id, generation });
    },
  };
}
