import type { UserImportView } from "@gatehouse/sdk/contract";
import { Trans, useLingui } from "@lingui/react/macro";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useState } from "react";
import { ProblemNotice, ProblemState } from "../../../lib/api/problem-text.tsx";
import { usePageTitle } from "../../../lib/navigation/page-change.ts";
import { RequirePermission, useCan } from "../../../lib/session/session.tsx";
import { LoadingState, Skeleton } from "../../../ui/feedback/empty-states.tsx";
import { Progress } from "../../../ui/feedback/progress.tsx";
import { Button } from "../../../ui/forms/button.tsx";
import { ChevronLeftIcon } from "../../../ui/icons.tsx";
import { backClass, PageHeader } from "../../../ui/layout/page.tsx";
import { ImportBadge } from "./import-badge.tsx";
import { formatProgress, formatWork, isWorking, readProgress } from "./import-labels.ts";
import { CheckResult, ImportResult } from "./import-result.tsx";
import { ImportSetup } from "./import-setup.tsx";
import styles from "./imports.module.css";
import { useFocusedHeading } from "./use-focused-heading.ts";
import { useCancel, useImport } from "./use-imports.ts";

const route = getRouteApi("/shell/users/imports/$importId");

/** One import: its columns, the check, the import, its result and the undo. */
export function ImportPage() {
  const { t } = useLingui();
  const { importId } = route.useParams();
  const canCreate = useCan("users:create");
  usePageTitle(t`Import`);
  return (
    <RequirePermission permission={canCreate ? "users:create" : "users:invite"} name={t`Invite users`}>
      <Link to="/users/imports" className={backClass()}>
        <ChevronLeftIcon />
        <Trans>Imports</Trans>
      </Link>
      <ImportContent key={importId} importId={importId} />
    </RequirePermission>
  );
}

function ImportContent({ importId }: { readonly importId: string }) {
  const answer = useImport(importId);
  const one = answer.data?.body;
  if (one === undefined)
    return (
      <>
        <PageHeader title={<Trans>Import</Trans>} />
        {answer.error === null ? (
          <LoadingState>
            <Skeleton size="long" />
            <Skeleton size="long" />
          </LoadingState>
        ) : (
          <ProblemState error={answer.error} onRetry={() => answer.refetch()} />
        )}
      </>
    );
  return (
    <>
      <PageHeader title={one.fileName} actions={<ImportBadge one={one} />} />
      <div className={styles["step"]}>
        <ImportSteps one={one} />
      </div>
    </>
  );
}

function ImportSteps({ one }: { readonly one: UserImportView }) {
  const [isEditing, setEditing] = useState(false);
  const { status } = one;
  if (status === "uploaded" || (status === "checked" && isEditing))
    return <ImportSetup one={one} onStarted={() => setEditing(false)} />;
  if (isWorking(one)) return <Work one={one} />;
  return status === "checked" ? (
    <CheckResult one={one} onEdit={() => setEditing(true)} />
  ) : (
    <ImportResult one={one} />
  );
}

/** The progress of a check, an import or an undo. It goes on when the page is left. */
function Work({ one }: { readonly one: UserImportView }) {
  const { i18n } = useLingui();
  const cancel = useCancel(one.id);
  const heading = useFocusedHeading();
  const { done, total } = readProgress(one);
  return (
    <section className={styles["step"]}>
      <h2 ref={heading} tabIndex={-1}>
        {formatWork(one, i18n)}
      </h2>
      <Progress done={done} total={total}>
        {formatProgress(one, i18n)}
      </Progress>
      <p className={styles["remark"]}>
        <Trans>You can leave this page. The server continues.</Trans>
      </p>
      {cancel.error === null ? null : <ProblemNotice error={cancel.error} />}
      {one.status === "undoing" ? null : (
        <div className={styles["buttons"]}>
          <Button big pending={cancel.isPending} onClick={() => cancel.mutate()}>
            <Trans>Stop</Trans>
          </Button>
        </div>
      )}
    </section>
  );
}
