import type { ApiKeyView } from "@gatehouse/sdk/contract";
import { Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { useCan } from "../../../app/session/session.tsx";
import { permissionWords } from "../../../app/words/permission-words.ts";
import { useCatalogue } from "../../../app/words/use-catalogue.ts";
import { classNames } from "../../../ui/class-names.ts";
import { FailedIcon, WaitingIcon } from "../../../ui/icons.tsx";
import { Status } from "../../../ui/marks.tsx";
import { Hidden, LinkButton } from "../../../ui/text.tsx";
import { Time } from "../../../ui/time.tsx";
import styles from "./api-keys.module.css";
import { RevokeKeyDialog } from "./revoke-key-dialog.tsx";

/** Keys with what they may do, who made them, and when they were used. */
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
  const creator = apiKey.createdBy.name ?? t`Somebody who has left`;
  const isActive = apiKey.status === "active";
  return (
    <li className={classNames(!isActive && styles["ended"])}>
      <div className={styles["head"]}>
        <b>{apiKey.name}</b>
        <KeyStatus apiKey={apiKey} />
        {isActive && canRevoke ? (
          <LinkButton variant="quiet" aria-haspopup="dialog" onClick={onRevoke}>
            <Trans context="API key">Revoke</Trans>
            <Hidden> {apiKey.name}</Hidden>
          </LinkButton>
        ) : null}
      </div>
      <p className={styles["facts"]}>
        <span>
          <Trans>
            Made by {creator}, <Time at={apiKey.createdAt} as="date" />
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
          <Ending apiKey={apiKey} />
        </span>
      </p>
      <Rights apiKey={apiKey} />
    </li>
  );
}

function KeyStatus({ apiKey: { status, createdBy } }: Pick<KeyRowProps, "apiKey">) {
  if (status === "revoked")
    return (
      <Status icon={<FailedIcon />}>
        <Trans context="API key">Revoked</Trans>
      </Status>
    );
  if (status === "expired")
    return (
      <Status icon={<WaitingIcon />}>
        <Trans context="API key">Expired</Trans>
      </Status>
    );
  if (createdBy.status === "active")
    return (
      <Status>
        <Trans>Active</Trans>
      </Status>
    );
  return (
    <Status tone="warn" icon={<WaitingIcon />}>
      <Trans>Without effect: whoever made it has no access</Trans>
    </Status>
  );
}

function Ending({ apiKey: { expiresAt, revokedAt, status } }: Pick<KeyRowProps, "apiKey">) {
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

/** What the key may do, folded away: it may be much. */
function Rights({ apiKey: { permissions } }: Pick<KeyRowProps, "apiKey">) {
  const { t, i18n } = useLingui();
  const { groups } = useCatalogue();
  if (permissions === null)
    return (
      <p className={styles["second"]}>
        <Trans>May do everything that its maker may</Trans>
      </p>
    );
  const words = permissionWords(groups);
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
