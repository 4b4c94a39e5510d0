import {
  displayEmail,
  type UserJobOutcome,
  type UserJobResult,
  type UserJobView,
} from "@gatehouse/sdk/contract";
import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { Button, buttonClass } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { DownloadIcon } from "../../ui/icons.tsx";
import { Reason } from "../../ui/reason.tsx";
import { addressOf } from "../api/request.ts";
import { ProblemState } from "../problem-state.tsx";
import { useRefusalText } from "../problem-text.ts";
import { useApiQuery } from "../session/api.tsx";
import { useOrganization } from "../session/session.tsx";
import styles from "./job-results.module.css";
import { endText } from "./job-words.ts";

interface JobResultsProps {
  readonly job: UserJobView;
  readonly onClose: () => void;
}

/** For whom a job was refused, and why; whom it didn't come to; the same as a file. */
export function JobResults({ job, onClose }: JobResultsProps) {
  const { i18n } = useLingui();
  const { id: organizationId } = useOrganization();
  const left = job.total - job.done;
  const file = addressOf("GET /organizations/:organizationId/user-jobs/:jobId/failures", {
    params: { organizationId, jobId: job.id },
  });
  return (
    <Dialog
      title={<Plural value={job.failed + left} one="# user wasn’t changed" other="# users weren’t changed" />}
      isOpen
      isDismissable
      onClose={onClose}
      actions={
        <>
          <a className={buttonClass({ big: true })} href={file} download>
            <DownloadIcon />
            <Trans>Download as CSV</Trans>
          </a>
          <Button big variant="primary" autoFocus onClick={onClose}>
            <Trans>Done</Trans>
          </Button>
        </>
      }
    >
      <p>{endText(job, false, i18n)}</p>
      {job.failed === 0 ? null : <Results job={job} outcome="refused" />}
      {left === 0 ? null : (
        <section>
          <h3 className={styles["heading"]}>
            <Trans>Not reached</Trans>
          </h3>
          <Results job={job} outcome="not-done" />
        </section>
      )}
    </Dialog>
  );
}

interface ResultsProps {
  readonly job: UserJobView;
  readonly outcome: UserJobOutcome;
  readonly cursor?: string;
}

/** One page of results, and the next below when it is asked for. */
function Results({ job, outcome, cursor }: ResultsProps) {
  const [showsMore, setShowsMore] = useState(false);
  const page = useApiQuery(
    "GET /organizations/:organizationId/user-jobs/:jobId/results",
    {
      params: { jobId: job.id },
      query: { outcome, limit: "100", ...(cursor === undefined ? {} : { cursor }) },
    },
    { staleTime: Number.POSITIVE_INFINITY },
  );
  if (page.error !== null) return <ProblemState error={page.error} onRetry={() => void page.refetch()} />;
  const { items = [], nextCursor = null } = page.data?.body ?? {};
  return (
    <>
      <ul className={styles["results"]} aria-busy={page.data === undefined}>
        {items.map((result) => (
          <Result key={result.userId} job={job} result={result} />
        ))}
      </ul>
      {nextCursor === null ? null : showsMore ? (
        <Results job={job} outcome={outcome} cursor={nextCursor} />
      ) : (
        <Button wide onClick={() => setShowsMore(true)}>
          <Trans>Show more</Trans>
        </Button>
      )}
    </>
  );
}

function Result({ job, result }: { readonly job: UserJobView; readonly result: UserJobResult }) {
  const { t } = useLingui();
  const refusalText = useRefusalText();
  const { name, email, outcome, code } = result;
  const isOwnAccess =
    code === "forbidden/own-roles" && (job.action === "suspend" || job.action === "restore");
  return (
    <li>
      <b>{name ?? t`A user who is no longer here`}</b>
      {email === null ? null : <small>{displayEmail(email)}</small>}
      {outcome === "refused" ? (
        <Reason tone="warn">
          {isOwnAccess ? <Trans>Nobody suspends or restores themselves.</Trans> : refusalText(result)}
        </Reason>
      ) : null}
    </li>
  );
}
