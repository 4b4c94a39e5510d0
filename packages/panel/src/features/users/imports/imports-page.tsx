import type { UserImportView } from "@gatehouse/sdk/contract";
import { Trans, useLingui } from "@lingui/react/macro";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { ProblemState } from "../../../lib/api/problem-text.tsx";
import { useApi, useApiKey } from "../../../lib/api/use-api.tsx";
import { usePageTitle } from "../../../lib/navigation/page-change.ts";
import { RequirePermission, useCan } from "../../../lib/session/session.tsx";
import { Time } from "../../../ui/data-display/time.tsx";
import { LoadingState, Skeleton } from "../../../ui/feedback/empty-states.tsx";
import { Button } from "../../../ui/forms/button.tsx";
import { ChevronLeftIcon } from "../../../ui/icons.tsx";
import { backClass, PageHeader, Section } from "../../../ui/layout/page.tsx";
import { linkClass } from "../../../ui/text.tsx";
import { ImportBadge } from "./import-badge.tsx";
import { formatResult, isWorking } from "./import-labels.ts";
import styles from "./imports.module.css";
import { UploadForm } from "./upload-form.tsx";

/** Imports of files: the upload, and the imports of the last 30 days. */
export function ImportsPage() {
  const { t } = useLingui();
  const navigate = useNavigate();
  usePageTitle(t`Imports`);
  const canCreate = useCan("users:create");
  return (
    <RequirePermission permission={canCreate ? "users:create" : "users:invite"} name={t`Invite users`}>
      <Link to="/users" className={backClass()}>
        <ChevronLeftIcon />
        <Trans>Users</Trans>
      </Link>
      <PageHeader title={<Trans>Imports</Trans>} />
      <div className={styles["step"]}>
        <UploadForm
          onUploaded={(importId) => void navigate({ to: "/users/imports/$importId", params: { importId } })}
        />
        <ImportList />
      </div>
    </RequirePermission>
  );
}

const route = "GET /organizations/:organizationId/user-imports";

function ImportList() {
  const { t } = useLingui();
  const api = useApi();
  const key = useApiKey();
  const imports = useInfiniteQuery({
    queryKey: [...key(route), "all"],
    initialPageParam: "",
    queryFn: ({ pageParam, signal }) =>
      api(route, { query: pageParam === "" ? {} : { cursor: pageParam }, signal }),
    getNextPageParam: (page) => page.nextCursor,
    refetchInterval: ({ state }) =>
      state.data?.pages.some(({ items }) => items.some(isWorking)) === true ? 2_000 : false,
  });
  const items = imports.data?.pages.flatMap((page) => page.items);
  if (items === undefined)
    return imports.error === null ? (
      <LoadingState>
        <Skeleton size="long" />
        <Skeleton size="long" />
      </LoadingState>
    ) : (
      <ProblemState error={imports.error} onRetry={() => void imports.refetch()} />
    );
  if (items.length === 0) return null;
  return (
    <Section title={<Trans>Last 30 days</Trans>}>
      <ul className={styles["lines"]} aria-label={t`Imports`}>
        {items.map((one) => (
          <ImportItem key={one.id} one={one} />
        ))}
      </ul>
      {imports.hasNextPage ? (
        <Button pending={imports.isFetchingNextPage} onClick={() => void imports.fetchNextPage()}>
          <Trans>Show older</Trans>
        </Button>
      ) : null}
    </Section>
  );
}

function ImportItem({ one }: { readonly one: UserImportView }) {
  const { t, i18n } = useLingui();
  const by = one.createdBy.type === "system" ? t`Command line` : (one.createdBy.name ?? t`Former user`);
  return (
    <li>
      <div>
        <Link to="/users/imports/$importId" params={{ importId: one.id }} className={linkClass("quiet")}>
          <b>{one.fileName}</b>
        </Link>
        <p className={styles["facts"]}>
          <span>{by}</span>
          <Time at={one.createdAt} />
          <span>{formatResult(one, i18n)}</span>
        </p>
      </div>
      <ImportBadge one={one} />
    </li>
  );
}
