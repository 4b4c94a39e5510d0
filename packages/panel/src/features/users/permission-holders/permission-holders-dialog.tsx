import { Trans, useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { indexPermissionLabels, useCatalogue } from "../../../lib/labels/permission-catalogue.ts";
import { Dialog } from "../../../ui/overlays/dialog.tsx";
import styles from "./holders.module.css";
import { Holders, PermissionTitle } from "./holders.tsx";

interface PermissionHoldersDialogProps {
  readonly permission: string;
  readonly onClose: () => void;
}

/** All users with a permission, sorted by name, each with the roles that grant it. */
export function PermissionHoldersDialog({ permission, onClose }: PermissionHoldersDialogProps) {
  const { t } = useLingui();
  const { groups } = useCatalogue();
  const labels = useMemo(() => indexPermissionLabels(groups), [groups]);
  return (
    <Dialog title={t`Who can do this?`} shape="panel" isOpen isDismissable onClose={onClose}>
      <PermissionTitle permission={permission} labels={labels} />
      <Holders
        permission={permission}
        query=""
        labels={labels}
        onLeave={onClose}
        actions={
          <Link to="/who-can" search={{ permission }} className={styles["all"]} onClick={onClose}>
            <Trans>Search these people</Trans>
          </Link>
        }
      />
    </Dialog>
  );
}
