import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { downloadCsv } from "../../../../app/lists/download.ts";
import { useRefusalText } from "../../../../app/problem-text.ts";
import { Button } from "../../../../ui/button.tsx";
import { DownloadIcon, FailedIcon } from "../../../../ui/icons.tsx";
import { DeliveryMark, Status } from "../../../../ui/marks.tsx";
import styles from "./bulk.module.css";
import type { BulkResult } from "./use-bulk-run.ts";

/** So many lines are shown; of more, the file has the rest. */
const mostShown = 200;

/** What became of each: first what was refused, with the reason. */
export function BulkResults({ results }: { readonly results: readonly BulkResult[] }) {
  const { t } = useLingui();
  const refused = results.filter(({ status }) => status === "refused");
  const shown = [...refused, ...results.filter(({ status }) => status === "done")].slice(0, mostShown);
  const more = results.length - shown.length;
  if (results.length === 0) return null;
  return (
    <>
      {refused.length === 0 ? null : (
        <p>
          <Plural
            value={refused.length}
            one="# could not be changed; it is as it was."
            other="# could not be changed; they are as they were."
          />
        </p>
      )}
      <ul className={styles["results"]} aria-label={t`What became of each`}>
        {shown.map((result) => (
          <Row key={result.invitationId} result={result} />
        ))}
      </ul>
      {more > 0 ? (
        <p>
          <Plural value={more} one="and # more" other="and # more" />
        </p>
      ) : null}
    </>
  );
}

function Row({ result }: { readonly result: BulkResult }) {
  const { t } = useLingui();
  const refusalText = useRefusalText();
  const { status, invitation } = result;
  return (
    <li>
      <span className={styles["address"]}>{invitation?.email ?? t`An invitation that is gone`}</span>
      {status === "refused" || invitation === undefined ? (
        <>
          <Status tone="bad" icon={<FailedIcon />}>
            <Trans>Not changed</Trans>
          </Status>
          <span className={styles["why"]}>{refusalText(result)}</span>
        </>
      ) : invitation.status === "revoked" ? (
        <Status>
          <Trans>Revoked</Trans>
        </Status>
      ) : (
        <DeliveryMark delivery={invitation.delivery} />
      )}
    </li>
  );
}

/** The refused ones as a file, where there are any. */
export function DownloadFailures({ results }: { readonly results: readonly BulkResult[] }) {
  const { t } = useLingui();
  const refusalText = useRefusalText();
  const refused = results.filter(({ status }) => status === "refused");
  if (refused.length === 0) return null;
  const save = () =>
    downloadCsv("invitations-not-changed.csv", [
      [t`E-mail`, t`Reason`],
      ...refused.map((result) => [result.invitation?.email ?? "", refusalText(result)]),
    ]);
  return (
    <Button big icon={<DownloadIcon />} onClick={save}>
      <Trans>Download failures</Trans>
    </Button>
  );
}
