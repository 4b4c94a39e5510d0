/** Errors of jobs and of single users in them. */
import { maxJobUsers } from "@gatehouse/sdk/contract";
import { ApiError } from "../../errors/api-error.ts";
import type { JobUserResult, StoredBulkJob } from "./queries.ts";

/** The number of users differs from the expected one. */
export function userCountChanged(expected: number, total: number): ApiError {
  return new ApiError("user-jobs/set-changed", {
    detail: `You expected ${expected} users; there are ${total} now. Nothing was started. Check the list again, then start the job with that number.`,
    params: { expected, total },
  });
}

/** The job has too many users. */
export function tooManyUsers(): ApiError {
  return new ApiError("user-jobs/too-many", {
    detail: `One job changes ${maxJobUsers} users at most. Narrow the search, and start one job for each part.`,
    params: { most: maxJobUsers },
  });
}

/** The organization has reached the maximum of unfinished jobs. */
export function tooManyOpenJobs(): ApiError {
  return new ApiError("busy", {
    detail: "Several changes of many users are running already. Wait until one has ended, then try again.",
    retryAfter: 10,
  });
}

/** The job has ended, so it can't be cancelled. */
export function alreadyFinished(): ApiError {
  return new ApiError("user-jobs/finished", {
    detail: "The job ended before it could be stopped. Its results show what happened to each user.",
  });
}

/** While the job ran, its creator was suspended, removed or demoted, or the API key was revoked. */
export function creatorLostAccess({ createdBy }: StoredBulkJob): ApiError {
  return new ApiError("user-jobs/starter-lost-access", {
    detail: `${createdBy.name}, who started this, no longer has the permission. Someone who has it must start it again.`,
    params: { name: createdBy.name },
  });
}

/** The result for a user whose edit was refused. */
export function toRefusedResult({
  code,
  details,
}: ApiError): Omit<JobUserResult, "position"> & { readonly code: string } {
  const detail =
    code === "not-found" ? "There is no such user, or they were removed meanwhile." : details.detail;
  return {
    outcome: "refused",
    code,
    detail,
    ...(details.params === undefined ? {} : { params: details.params }),
  };
}
