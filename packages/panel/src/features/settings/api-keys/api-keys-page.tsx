import { Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { ProblemState } from "../../../lib/api/problem-state.tsx";
import { usePageTitle } from "../../../lib/navigation/use-page-title.ts";
import { RequirePermission } from "../../../lib/session/require-permission.tsx";
import { useCan } from "../../../lib/session/session.tsx";
import { EmptyState, LoadingState, Skeleton } from "../../../ui/feedback/empty-states.tsx";
import { Button } from "../../../ui/forms/button.tsx";
import { PlusIcon } from "../../../ui/icons.tsx";
import { Section } from "../../../ui/layout/page.tsx";
import { SettingsFrame } from "../settings-frame.tsx";
import styles from "./api-keys.module.css";
import { CreateKeyDialog } from "./create-key-dialog.tsx";
import { KeyList } from "./key-list.tsx";
import { useKeys } from "./use-keys.ts";

/** The API keys. */
export function ApiKeysPage() {
  const { t } = useLingui();
  usePageTitle(t`API keys`);
  return (
    <RequirePermission permission="api-keys:view" name={t`View API keys`}>
      <SettingsFrame>
        <Keys />
      </SettingsFrame>
    </RequirePermission>
  );
}

function Keys() {
  const [isCreating, setCreating] = useState(false);
  const canCreate = useCan("api-keys:create");
  const keys = useKeys();
  const items = keys.data?.pages.flatMap((page) => page.items);
  const create = canCreate ? (
    <Button variant="primary" icon={<PlusIcon />} aria-haspopup="dialog" onClick={() => setCreating(true)}>
      <Trans>Create API key</Trans>
    </Button>
  ) : null;
  return (
    <Section title={<Trans>API keys</Trans>} actions={items?.length === 0 ? null : create}>
      <p className={styles["about"]}>
        <Trans>
          Programs call Gatehouse with an API key. A key has the permissions that you choose, and never more
          than its creator has at that moment.
        </Trans>
      </p>
      {items === undefined ? (
        keys.error === null ? (
          <LoadingState>
            {["newest", "before", "earlier"].map((row) => (
              <p key={row} className={styles["skeleton"]}>
                <Skeleton size="long" />
              </p>
            ))}
          </LoadingState>
        ) : (
          <ProblemState error={keys.error} onRetry={() => void keys.refetch()} />
        )
      ) : items.length === 0 ? (
        <EmptyState title={<Trans>No API key yet</Trans>} actions={create ?? undefined}>
          <Trans>Create one for each program, so that you can revoke one without affecting the others.</Trans>
        </EmptyState>
      ) : (
        <KeyList keys={items} />
      )}
      {keys.hasNextPage ? (
        <Button pending={keys.isFetchingNextPage} onClick={() => void keys.fetchNextPage()}>
          <Trans>Show older</Trans>
        </Button>
      ) : null}
      {isCreating ? <CreateKeyDialog onClose={() => setCreating(false)} /> : null}
    </Section>
  );
}
