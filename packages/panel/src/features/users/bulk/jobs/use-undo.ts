import type { UserJobAction, UserJobView } from "@gatehouse/sdk/contract";
import { useProblemSentence } from "../../../../lib/api/problem-text.tsx";
import { useApi } from "../../../../lib/api/use-api.tsx";
import { useStatusMessage } from "../../../../lib/status-message.tsx";
import { useFollowJob } from "./follow-job.ts";

const opposites: Readonly<Record<UserJobAction, UserJobAction>> = {
  "add-role": "remove-role",
  "remove-role": "add-role",
  suspend: "restore",
  restore: "suspend",
};

/** Returns a function that reverts a job for the users that it changed. */
export function useUndo(): (job: UserJobView) => Promise<void> {
  const api = useApi();
  const follow = useFollowJob();
  const showStatus = useStatusMessage();
  const problemSentence = useProblemSentence();
  return async ({ id, action, role }) => {
    const users = { changedBy: id };
    const opposite = opposites[action];
    try {
      const job = await api("POST /organizations/:organizationId/user-jobs", {
        body:
          opposite === "add-role" || opposite === "remove-role"
            ? { action: opposite, roleId: role?.id ?? "", users }
            : { action: opposite, users },
        idempotencyKey: `undo-${id}`,
      });
      follow({ id: job.id, isUndo: true });
    } catch (error) {
      showStatus({ tone: "bad", text: problemSentence(error) });
    }
  };
}
