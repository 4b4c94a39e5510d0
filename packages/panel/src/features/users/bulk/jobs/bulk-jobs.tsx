/** Bulk jobs started in this tab. Their status is shown on every page until they end. */
import { useRouteContext } from "@tanstack/react-router";
import { type ReactNode, useEffect, useEffectEvent, useMemo, useState } from "react";
import { loadModule } from "../../../../lib/load-module.ts";
import { useOrganization } from "../../../../lib/session/session.tsx";
import { recallInTab, rememberInTab } from "../../../../lib/storage/storage.ts";
import { FollowContext, type FollowedJob } from "./follow-job.ts";

type JobStatusComponent = typeof import("./job-status.tsx").JobStatus;

/** Provides `useFollowJob` and shows the status of followed jobs above the page, also after a reload. */
export function BulkJobsProvider({ children }: { readonly children: ReactNode }) {
  const { id: organizationId } = useOrganization();
  const [jobs, setJobs] = useState(() => readJobs(organizationId));
  const [JobStatus, setJobStatus] = useState<JobStatusComponent | null>(null);
  const { languages } = useRouteContext({ from: "__root__" });
  const load = useEffectEvent(async () => {
    const [{ JobStatus: Loaded }] = await Promise.all([
      loadModule(() => import("./job-status.tsx")),
      languages.need("user-jobs"),
    ]);
    setJobStatus(() => Loaded);
  });
  const hasJobs = jobs.length > 0;
  useEffect(() => {
    if (hasJobs) load().catch(() => undefined); // without a connection: the next page that is loaded shows them
  }, [hasJobs]);
  const follow = useMemo(
    () => (job: FollowedJob) => {
      saveJobs(organizationId, [...readJobs(organizationId), job]);
      setJobs((before) => [...before, job]);
    },
    [organizationId],
  );
  return (
    <FollowContext value={follow}>
      {children}
      {JobStatus === null
        ? null
        : jobs.map((job) => (
            <JobStatus
              key={job.id}
              {...job}
              onEnd={() =>
                saveJobs(
                  organizationId,
                  readJobs(organizationId).filter(({ id }) => id !== job.id),
                )
              }
            />
          ))}
    </FollowContext>
  );
}

/** The jobs saved in this tab, if they belong to this organization. */
function readJobs(organizationId: string): readonly FollowedJob[] {
  try {
    const saved = JSON.parse(recallInTab("user-jobs") ?? "null") as {
      organizationId: string;
      jobs: FollowedJob[];
    } | null;
    return saved?.organizationId === organizationId ? saved.jobs : [];
  } catch {
    return [];
  }
}

function saveJobs(organizationId: string, jobs: readonly FollowedJob[]): void {
  rememberInTab("user-jobs", jobs.length === 0 ? null : JSON.stringify({ organizationId, jobs }));
}
