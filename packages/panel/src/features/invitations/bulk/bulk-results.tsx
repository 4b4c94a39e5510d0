import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { useItemErrorText } from "../../../lib/api/problem-text.ts";
import { downloadCsv } from "../../../lib/lists/download.ts";
import { DeliveryBadge, StatusBadge } from "../../../ui/data-display/badges.tsx";
import { Button } from "../../../ui/forms/button.tsx";
import { DownloadIcon, FailedIcon } from "../../../ui/icons.tsx";
import styles from "./bulk-results.module.css";
import type { BulkResult } from "./use-bulk-run.ts";

/** How many results are shown; the download has all of them. */
const maxShown = 200;

/** The result of each invitation, failures with their reason first. */
export function BulkResults({ results }: { readonly results: readonly BulkResult[] }) {
  const { t } = useLingui();
  const failed = results.filter(({ status }) => status === "refused");
  const shown = [...failed, ...results.filter(({ status }) => status === "done")].slice(0, maxShown);
  const remaining = results.length - shown.length;
  if (results.length === 0) return null;
  return (
    <>
      {failed.length === 0 ? null : (
        <p>
          <Plural value={failed.length} one="# could not be changed." other="# could not be changed." />
        </p>
      )}
      <ul className={styles["results"]} aria-label={t`Results`}>
        {shown.map((result) => (
          <Row key={result.invitationId} result={result} />
        ))}
      </ul>
      {remaining > 0 ? (
        <p>
          <Plural value={remaining} one="and # more" other="and # more" />
        </p>
      ) : null}
    </>
  );
}

function Row({ result }: { readonly result: BulkResult }) {
  const { t } = useLingui();
  const refusalText = useItemErrorText();
  const { status, invitation } = result;
  return (
    <li>
      <span className={styles["address"]}>{invitation?.email ?? t`Deleted invitation`}</span>
      {status === "refused" || invitation === undefined ? (
        <>
          <StatusBadge tone="bad" icon={<FailedIcon />}>
            <Trans>Not changed</Trans>
          </StatusBadge>
          <span className={styles["why"]}>{refusalText(result)}</span>
        </>
      ) : invitation.status === "revoked" ? (
        <StatusBadge>
          <Trans>Revoked</Trans>
        </StatusBadge>
      ) : (
        <DeliveryBadge delivery={invitation.delivery} />
      )}
    </li>
  );
}

/** Downloads the failures as a file, if there are any. */
export function DownloadFailures({ results }: { readonly results: readonly BulkResult[] }) {
  const { t } = useLingui();
  const refusalText = useItemErrorText();
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
