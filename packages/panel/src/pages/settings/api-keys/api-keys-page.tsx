import { Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { usePageTitle } from "../../../app/navigation/use-page-title.ts";
import { ProblemState } from "../../../app/problem-state.tsx";
import { PermissionGate } from "../../../app/session/permission-gate.tsx";
import { useCan } from "../../../app/session/session.tsx";
import { Button } from "../../../ui/button.tsx";
import { PlusIcon } from "../../../ui/icons.tsx";
import { Section } from "../../../ui/page.tsx";
import { Bone, EmptyState, Skeleton } from "../../../ui/states.tsx";
import { SettingsFrame } from "../settings-frame.tsx";
import styles from "./api-keys.module.css";
import { CreateKeyDialog } from "./create-key-dialog.tsx";
import { KeyList } from "./key-list.tsx";
import { useKeys } from "./use-keys.ts";

/** The keys that programs come in with. */
export function ApiKeysPage() {
  const { t } = useLingui();
  usePageTitle(t`API keys`);
  return (
    <PermissionGate permission="api-keys:view" name={t`View API keys`}>
      <SettingsFrame>
        <Keys />
      </SettingsFrame>
    </PermissionGate>
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
          A program that calls Gatehouse signs in with a key. It may do what you choose for it, and never more
          than whoever made it may do at that moment.
        </Trans>
      </p>
      {items === undefined ? (
        keys.error === null ? (
          <Skeleton>
            {["newest", "before", "earlier"].map((row) => (
              <p key={row} className={styles["bone"]}>
                <Bone size="long" />
              </p>
            ))}
          </Skeleton>
        ) : (
          <ProblemState error={keys.error} onRetry={() => void keys.refetch()} />
        )
      ) : items.length === 0 ? (
        <EmptyState title={<Trans>No API key yet</Trans>} actions={create ?? undefined}>
          <Trans>Make one for each program, so that one can be revoked without the others.</Trans>
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
