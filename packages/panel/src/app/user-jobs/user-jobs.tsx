/** Changes of many users that were started here: followed to their end, whatever page is in sight. */
import { useRouteContext } from "@tanstack/react-router";
import { type ReactNode, useEffect, useEffectEvent, useMemo, useState } from "react";
import { useOrganization } from "../session/session.tsx";
import { recallInTab, rememberInTab } from "../storage.ts";
import { FollowContext, type FollowedJob } from "./follow-job.ts";

type Watch = typeof import("./job-watch.tsx").JobWatch;

/** Follows jobs: how far they are, and how they end, is said above the page. A reload goes on with those that run. */
export function UserJobsProvider({ children }: { readonly children: ReactNode }) {
  const { id: organizationId } = useOrganization();
  const [jobs, setJobs] = useState(() => recallJobs(organizationId));
  const [Watch, setWatch] = useState<Watch | null>(null);
  const { languages } = useRouteContext({ from: "__root__" });
  const load = useEffectEvent(async () => {
    const words = languages.need("user-jobs");
    const { JobWatch } = await import("./job-watch.tsx");
    await words;
    setWatch(() => JobWatch);
  });
  const isWanted = jobs.length > 0;
  useEffect(() => {
    if (isWanted) void load();
  }, [isWanted]);
  const follow = useMemo(
    () => (job: FollowedJob) => {
      keepJobs(organizationId, [...recallJobs(organizationId), job]);
      setJobs((before) => [...before, job]);
    },
    [organizationId],
  );
  return (
    <FollowContext value={follow}>
      {children}
      {Watch === null
        ? null
        : jobs.map((job) => (
            <Watch
              key={job.id}
              {...job}
              onEnd={() =>
                keepJobs(
                  organizationId,
                  recallJobs(organizationId).filter(({ id }) => id !== job.id),
                )
              }
            />
          ))}
    </FollowContext>
  );
}

/** What this tab remembers, if it is about this organization. */
function recallJobs(organizationId: string): readonly FollowedJob[] {
  try {
    const kept = JSON.parse(recallInTab("user-jobs") ?? "null") as {
      organizationId: string;
      jobs: FollowedJob[];
    } | null;
    return kept?.organizationId === organizationId ? kept.jobs : [];
  } catch {
    return [];
  }
}

function keepJobs(organizationId: string, jobs: readonly FollowedJob[]): void {
  rememberInTab("user-jobs", jobs.length === 0 ? null : JSON.stringify({ organizationId, jobs }));
}
