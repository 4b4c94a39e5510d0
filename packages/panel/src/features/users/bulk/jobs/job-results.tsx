import {
  displayEmail,
  type UserJobOutcome,
  type UserJobResult,
  type UserJobView,
} from "@gatehouse/sdk/contract";
import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { ProblemState, useItemErrorText } from "../../../../lib/api/problem-text.tsx";
import { buildUrl } from "../../../../lib/api/request.ts";
import { useApiQuery } from "../../../../lib/api/use-api.tsx";
import { useOrganization } from "../../../../lib/session/session.tsx";
import { InlineNotice } from "../../../../ui/feedback/inline-notice.tsx";
import { Button, buttonClass } from "../../../../ui/forms/button.tsx";
import { DownloadIcon } from "../../../../ui/icons.tsx";
import { Dialog } from "../../../../ui/overlays/dialog.tsx";
import { formatEnd } from "./job-labels.ts";
import styles from "./job-status.module.css";

interface JobResultsProps {
  readonly job: UserJobView;
  readonly onClose: () => void;
}

/** Failed users with the reason, remaining users, and a CSV download. */
export function JobResults({ job, onClose }: JobResultsProps) {
  const { i18n } = useLingui();
  const { id: organizationId } = useOrganization();
  const left = job.total - job.done;
  const file = buildUrl("GET /organizations/:organizationId/user-jobs/:jobId/failures", {
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
      <p>{formatEnd(job, false, i18n)}</p>
      {job.failed === 0 ? null : <Results job={job} outcome="refused" />}
      {left === 0 ? null : (
        <section>
          <h3 className={styles["heading"]}>
            <Trans>Not processed</Trans>
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

/** A page of results, with a button for the next one. */
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
  if (page.error !== null) return <ProblemState error={page.error} onRetry={() => page.refetch()} />;
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
  const errorText = useItemErrorText();
  const { name, email, outcome, code } = result;
  const isOwnAccess =
    code === "forbidden/own-roles" && (job.action === "suspend" || job.action === "restore");
  return (
    <li>
      <b>{name ?? t`Removed user`}</b>
      {email === null ? null : <small>{displayEmail(email)}</small>}
      {outcome === "refused" ? (
        <InlineNotice tone="warn">
          {isOwnAccess ? <Trans>You can’t suspend or restore yourself.</Trans> : errorText(result)}
        </InlineNotice>
      ) : null}
    </li>
  );
}
