import type { Deps } from "../../deps.ts";
import type { UserJobMessage } from "../../outbox/enqueue.ts";
import { endUserJob } from "./queries.ts";

/** Ends a job whose last try failed or broke off: without this it would count as running for ever. */
export async function giveUpUserJob(
  deps: Pick<Deps, "db" | "clock">,
  message: UserJobMessage,
): Promise<void> {
  const now = deps.clock.now();
  await deps.db.tenant(
    message.organizationId,
    (tx) => endUserJob(tx, message, { status: "failed", now, message }),
    { system: "a job broke off" },
  );
}
