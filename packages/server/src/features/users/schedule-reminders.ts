/** Schedules the emails before a grant ends. */
import type { GrantReminderJob } from "../../jobs/queues.ts";
import type { Ids } from "../../ports/ids.ts";

const dayMs = 24 * 3_600_000;

/** How many days before the end there is an email. */
const reminderDays = [7, 1] as const;

/** Whose grants these are, and when they were given. */
interface Grantee {
  readonly organizationId: string;
  readonly userId: string;
  readonly now: Date;
}

/**
 * The jobs for grants that were just given: one for each end and number of days that are still to come. They send nothing if
 * the grants are gone by then or have another end, so nothing has to be cancelled.
 */
export function createReminderJobs(
  { ids }: { readonly ids: Ids },
  { organizationId, userId, now }: Grantee,
  grants: readonly { readonly expiresAt: Date | null }[],
): readonly GrantReminderJob[] {
  const ends = new Set(grants.flatMap(({ expiresAt }) => expiresAt?.getTime() ?? []));
  return [...ends].flatMap((end) =>
    reminderDays.flatMap((days): readonly GrantReminderJob[] => {
      const delayMs = end - days * dayMs - now.getTime();
      if (delayMs <= 0) return [];
      const expiresAt = new Date(end).toISOString();
      const delaySeconds = Math.ceil(delayMs / 1000);
      const emailId = ids.next();
      return [{ kind: "grant-reminder", organizationId, userId, expiresAt, days, emailId, delaySeconds }];
    }),
  );
}
