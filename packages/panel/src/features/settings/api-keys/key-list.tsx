import type { ApiKeyView } from "@gatehouse/sdk/contract";
import { Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { indexPermissionLabels } from "../../../lib/labels/permission-labels.ts";
import { useCatalogue } from "../../../lib/labels/use-catalogue.ts";
import { useCan } from "../../../lib/session/session.tsx";
import { classNames } from "../../../ui/class-names.ts";
import { StatusBadge } from "../../../ui/data-display/badges.tsx";
import { Time } from "../../../ui/data-display/time.tsx";
import { FailedIcon, WaitingIcon } from "../../../ui/icons.tsx";
import { LinkButton, VisuallyHidden } from "../../../ui/text.tsx";
import styles from "./api-keys.module.css";
import { RevokeKeyDialog } from "./revoke-key-dialog.tsx";

/** API keys with their permissions, creator and last use. */
export function KeyList({ keys }: { readonly keys: readonly ApiKeyView[] }) {
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
  const isActive = apiKey.status === "active";
  return (
    <li className={classNames(!isActive && styles["ended"])}>
      <div className={styles["head"]}>
        <b>{apiKey.name}</b>
        <KeyStatus apiKey={apiKey} />
        {isActive && canRevoke ? (
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

function KeyStatus({ apiKey: { status, createdBy } }: Pick<KeyRowProps, "apiKey">) {
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
  if (createdBy.status === "active")
    return (
      <StatusBadge>
        <Trans>Active</Trans>
      </StatusBadge>
    );
  return (
    <StatusBadge tone="warn" icon={<WaitingIcon />}>
      <Trans>Inactive: its creator has no access</Trans>
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
