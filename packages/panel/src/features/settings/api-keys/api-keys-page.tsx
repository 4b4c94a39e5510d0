import type { ApiKeyView } from "@gatehouse/sdk/contract";
import { Trans, useLingui } from "@lingui/react/macro";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { ProblemState, useProblemSentence } from "../../../lib/api/problem-text.tsx";
import { useApi } from "../../../lib/api/use-api.tsx";
import { indexPermissionLabels, useCatalogue } from "../../../lib/labels/permission-catalogue.ts";
import { focusPage, usePageTitle } from "../../../lib/navigation/page-change.ts";
import { RequirePermission, useCan } from "../../../lib/session/session.tsx";
import { useStatusMessage } from "../../../lib/status-message.tsx";
import { classNames } from "../../../ui/class-names.ts";
import { StatusBadge } from "../../../ui/data-display/badges.tsx";
import { Time } from "../../../ui/data-display/time.tsx";
import { EmptyState, LoadingState, Skeleton } from "../../../ui/feedback/empty-states.tsx";
import { Button } from "../../../ui/forms/button.tsx";
import { FailedIcon, PlusIcon, WaitingIcon } from "../../../ui/icons.tsx";
import { Section } from "../../../ui/layout/page.tsx";
import { AlertDialog } from "../../../ui/overlays/dialog.tsx";
import { LinkButton, VisuallyHidden } from "../../../ui/text.tsx";
import { SettingsFrame } from "../settings-frame.tsx";
import styles from "./api-keys.module.css";
import { CreateKeyDialog } from "./create-key-dialog.tsx";
import { useKeys, useRefreshKeys } from "./use-keys.ts";

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
          <ProblemState error={keys.error} onRetry={() => keys.refetch()} />
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

/** API keys with their permissions, creator and last use. */
function KeyList({ keys }: { readonly keys: readonly ApiKeyView[] }) {
  const { t } = useLingui();
  const [revoking, setRevoking] = useState<ApiKeyView | null>(null);
  return (
    <>
      <ul className={styles["keys"]} aria-label={t`API keys`}>
        {keys.map((key) => (
          <KeyRow key={key.id} apiKey={key} onRevoke={() => setRevoking(key)} />
        ))}
      </ul>
      {revoking === null ? null : <RevokeKeyDialog apiKey={revoking} onClose={() => setRevoking(null)} />}
    </>
  );
}

interface KeyRowProps {
  readonly apiKey: ApiKeyView;
  readonly onRevoke: () => void;
}

function KeyRow({ apiKey, onRevoke }: KeyRowProps) {
  const { t } = useLingui();
  const canRevoke = useCan("api-keys:revoke");
  const creator = apiKey.createdBy.name ?? t`Former user`;
  // An inactive key works again when its creator is restored.
  const isRevocable = apiKey.status === "active" || apiKey.status === "inactive";
  return (
    <li className={classNames(!isRevocable && styles["ended"])}>
      <div className={styles["head"]}>
        <b>{apiKey.name}</b>
        <KeyStatus apiKey={apiKey} />
        {isRevocable && canRevoke ? (
          <LinkButton variant="quiet" aria-haspopup="dialog" onClick={onRevoke}>
            <Trans context="API key">Revoke</Trans>
            <VisuallyHidden> {apiKey.name}</VisuallyHidden>
          </LinkButton>
        ) : null}
      </div>
      <p className={styles["facts"]}>
        <span>
          <Trans>
            Created by {creator}, <Time at={apiKey.createdAt} as="date" />
          </Trans>
        </span>
        <span>
          {apiKey.lastUsedAt === null ? (
            <Trans>Never used</Trans>
          ) : (
            <Trans>
              Last used <Time at={apiKey.lastUsedAt} as="phrase" />
            </Trans>
          )}
        </span>
        <span>
          <KeyEnd apiKey={apiKey} />
        </span>
      </p>
      <KeyPermissions apiKey={apiKey} />
    </li>
  );
}

function KeyStatus({ apiKey: { status, inactiveReason } }: Pick<KeyRowProps, "apiKey">) {
  if (status === "revoked")
    return (
      <StatusBadge icon={<FailedIcon />}>
        <Trans context="API key">Revoked</Trans>
      </StatusBadge>
    );
  if (status === "expired")
    return (
      <StatusBadge icon={<WaitingIcon />}>
        <Trans context="API key">Expired</Trans>
      </StatusBadge>
    );
  if (status === "active")
    return (
      <StatusBadge>
        <Trans>Active</Trans>
      </StatusBadge>
    );
  return (
    <StatusBadge tone="warn" icon={<WaitingIcon />}>
      {inactiveReason === "creator-suspended" ? (
        <Trans>Inactive: its creator is suspended</Trans>
      ) : (
        <Trans>Inactive: its creator was removed</Trans>
      )}
    </StatusBadge>
  );
}

function KeyEnd({ apiKey: { expiresAt, revokedAt, status } }: Pick<KeyRowProps, "apiKey">) {
  if (revokedAt !== null)
    return (
      <Trans>
        Revoked <Time at={revokedAt} as="date" />
      </Trans>
    );
  if (expiresAt === null) return <Trans>No end date</Trans>;
  if (status === "expired")
    return (
      <Trans>
        Expired <Time at={expiresAt} as="date" />
      </Trans>
    );
  return (
    <Trans>
      Expires <Time at={expiresAt} as="date" />
    </Trans>
  );
}

/** The key's permissions, collapsed. */
function KeyPermissions({ apiKey: { permissions } }: Pick<KeyRowProps, "apiKey">) {
  const { t, i18n } = useLingui();
  const { groups } = useCatalogue();
  if (permissions === null)
    return (
      <p className={styles["second"]}>
        <Trans>All permissions of its creator</Trans>
      </p>
    );
  const words = indexPermissionLabels(groups);
  const count = i18n.number(permissions.length);
  const names = permissions.map((permission) => {
    const named = words.get(permission);
    return named === undefined ? permission : `${named.group} · ${named.label}`;
  });
  return (
    <details className={styles["rights"]}>
      <summary>{t`Permissions: ${count}`}</summary>
      <ul>
        {names.map((name) => (
          <li key={name}>{name}</li>
        ))}
      </ul>
    </details>
  );
}

interface RevokeKeyDialogProps {
  readonly apiKey: ApiKeyView;
  readonly onClose: () => void;
}

/** Asks for confirmation and revokes the key. */
function RevokeKeyDialog({ apiKey: { id, name }, onClose }: RevokeKeyDialogProps) {
  const { t } = useLingui();
  const api = useApi();
  const say = useStatusMessage();
  const refresh = useRefreshKeys();
  const problemSentence = useProblemSentence();
  const revoke = useMutation({
    mutationFn: () =>
      api("DELETE /organizations/:organizationId/api-keys/:apiKeyId", { params: { apiKeyId: id } }),
    async onSuccess() {
      await refresh();
      onClose();
      say({ text: t`The key ${name} is revoked` });
      focusPage();
    },
  });
  const problem = revoke.error === null ? null : problemSentence(revoke.error);
  return (
    <AlertDialog
      isOpen
      isDestructive
      title={<Trans>Revoke {name}?</Trans>}
      confirm={<Trans>Revoke key</Trans>}
      isPending={revoke.isPending}
      onCancel={onClose}
      onConfirm={() => revoke.mutate()}
      {...(problem === null ? {} : { problem })}
    >
      <Trans>Programs that use it lose access immediately. This can’t be undone.</Trans>
    </AlertDialog>
  );
}
