import type { NewUserJob, UserJobUsers } from "@gatehouse/sdk/contract";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useProblemSentence } from "../../../lib/api/problem-text.tsx";
import { ApiProblem } from "../../../lib/api/request.ts";
import { useApi, useApiKey } from "../../../lib/api/use-api.tsx";
import { createRandomId } from "../../../lib/random-id.ts";
import { useFollowJob } from "./jobs/follow-job.ts";

/** The users of a bulk job and their number; null if not counted exactly. */
export interface JobTarget {
  readonly users: UserJobUsers;
  readonly count: number | null;
}

/** What a bulk job changes. */
export type Change =
  | { readonly action: "add-role"; readonly roleId: string; readonly expiresAt?: string }
  | { readonly action: "remove-role"; readonly roleId: string }
  | { readonly action: "suspend" | "restore" };

/** Starts a bulk job and shows its progress. */
export function useStartJob({ users, count }: JobTarget, onStarted: () => void) {
  const api = useApi();
  const key = useApiKey();
  const client = useQueryClient();
  const follow = useFollowJob();
  const problemSentence = useProblemSentence();
  const [idempotencyKey] = useState(() => createRandomId());
  const start = useMutation({
    mutationFn: (change: Change) => {
      const body: NewUserJob = { ...change, users, ...(count === null ? {} : { expectedTotal: count }) };
      // A different number of users is a different request.
      return api("POST /organizations/:organizationId/user-jobs", {
        body,
        idempotencyKey: `${idempotencyKey}-${count}`,
      });
    },
    onSuccess(job) {
      const name = "GET /organizations/:organizationId/user-jobs/:jobId";
      client.setQueryData(key(name, { params: { jobId: job.id } }), { body: job, etag: "" });
      follow({ id: job.id, isUndo: false });
      onStarted();
    },
    async onError(error) {
      if (error instanceof ApiProblem && error.code === "user-jobs/set-changed")
        await client.invalidateQueries({ queryKey: key("GET /organizations/:organizationId/users") });
    },
  });
  const problem = start.error === null ? null : problemSentence(start.error);
  return {
    start: (change: Change) => start.mutate(change),
    isPending: start.isPending,
    problem,
  };
}
