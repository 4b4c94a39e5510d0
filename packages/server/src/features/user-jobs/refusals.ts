/** Why a job isn't started or stopped, and why it is refused for somebody. */
import { mostJobUsers } from "@gatehouse/sdk/contract";
import { Refusal } from "../../http/refusal.ts";
import type { JobUserResult, StoredUserJob } from "./queries.ts";

/** Not as many users as the caller saw. */
export function setChanged(expected: number, total: number): Refusal {
  return new Refusal("user-jobs/set-changed", {
    detail: `You expected ${expected} users; there are ${total} now. Nothing was started: look again, then start it for that many.`,
    params: { expected, total },
  });
}

/** More users than a job may have. */
export function tooMany(): Refusal {
  return new Refusal("user-jobs/too-many", {
    detail: `One job changes ${mostJobUsers} users at most. Narrow the search, and start one job for each part.`,
    params: { most: mostJobUsers },
  });
}

/** The organization has as many jobs as may run side by side. */
export function jobsRunning(): Refusal {
  return new Refusal("busy", {
    detail: "Several changes of many users are running already. Wait until one has ended, then try again.",
    retryAfter: 10,
  });
}

/** There is nothing left to stop. */
export function hasEnded(): Refusal {
  return new Refusal("user-jobs/finished", {
    detail: "The job ended before it could be stopped. Its results tell what became of each user.",
  });
}

/** Whoever started the job was suspended, removed or demoted, or their key revoked, while it ran. */
export function starterLostAccess({ createdBy }: StoredUserJob): Refusal {
  return new Refusal("user-jobs/starter-lost-access", {
    detail: `${createdBy.name}, who started this, may no longer do it. Somebody who may has to start it again.`,
    params: { name: createdBy.name },
  });
}

/** What is noted for somebody for whom the change was refused. */
export function refused({
  code,
  details,
}: Refusal): Omit<JobUserResult, "position"> & { readonly code: string } {
  const detail =
    code === "not-found" ? "There is no such user, or they were removed meanwhile." : details.detail;
  return {
    outcome: "refused",
    code,
    detail,
    ...(details.params === undefined ? {} : { params: details.params }),
  };
}
