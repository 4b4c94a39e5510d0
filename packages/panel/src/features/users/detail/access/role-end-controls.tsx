/** The end of a user's role: shown, extended by one press, or set in a dialog. */
import type { PermissionChange, RoleView } from "@gatehouse/sdk/contract";
import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { useGrantCeiling } from "../../../../lib/access/grant-ceiling.ts";
import {
  noEnd,
  type RoleEnd,
  RoleEndField,
  toInstant,
  useRoleEndError,
  useRoleEndFormat,
} from "../../../../lib/access/role-end.tsx";
import { Time } from "../../../../ui/data-display/time.tsx";
import { InlineNotice } from "../../../../ui/feedback/inline-notice.tsx";
import { Button } from "../../../../ui/forms/button.tsx";
import { useHasRoom } from "../../../../ui/layout/page.tsx";
import { Dialog } from "../../../../ui/overlays/dialog.tsx";
import { LinkButton, VisuallyHidden } from "../../../../ui/text.tsx";
import { useRoles } from "../../../roles/use-roles.ts";
import styles from "../user.module.css";
import type { RoleUntil } from "./access-draft.ts";

const dayMs = 86_400_000;
/** By how many days one press extends a role. */
const extensionDays = 30;

/** 240 px for the role, and the columns of user.module.css. */
export const userRolesTableWidth = 900;

interface RoleEndCellProps {
  readonly role: RoleUntil;
  /** The user's name. */
  readonly of: string;
  readonly isEditable: boolean;
  readonly onEnd: (expiresAt: string | null) => void;
}

/** When a role ends. An editable one can be extended by one press, or get any other end. */
export function RoleEndCell({ role, of, isEditable, onEnd }: RoleEndCellProps) {
  const { t } = useLingui();
  const isInTable = useHasRoom(userRolesTableWidth);
  const [isOpen, setOpen] = useState(false);
  const known = useRoles()?.find(({ id }) => id === role.id);
  const latest = useLatestEnd(known);
  const hasEnd = known?.system !== true;
  const extended = extend(role.expiresAt, latest);
  return (
    <span className={styles["until"]}>
      <span>
        {role.expiresAt === null ? (
          t`No end`
        ) : isInTable ? (
          <Time at={role.expiresAt} as="date" />
        ) : (
          <Trans>
            until <Time at={role.expiresAt} as="date" />
          </Trans>
        )}
      </span>
      {isEditable && hasEnd ? (
        <span className={styles["ends"]}>
          {extended === null ? null : (
            <LinkButton variant="quiet" onClick={() => onEnd(extended)}>
              {t`Extend by ${plural(extensionDays, { one: "# day", other: "# days" })}`}
              <VisuallyHidden> {role.name}</VisuallyHidden>
            </LinkButton>
          )}
          <LinkButton variant="quiet" onClick={() => setOpen(true)}>
            {role.expiresAt === null ? <Trans>Set an end</Trans> : <Trans>Change end</Trans>}
            <VisuallyHidden> {role.name}</VisuallyHidden>
          </LinkButton>
        </span>
      ) : null}
      {isOpen ? (
        <EndDialog
          role={role}
          of={of}
          latest={latest}
          onClose={() => setOpen(false)}
          onEnd={(expiresAt) => {
            onEnd(expiresAt);
            setOpen(false);
          }}
        />
      ) : null}
    </span>
  );
}

/** Thirty days more, as far as the actor may give them; null if that is no extension. */
function extend(expiresAt: string | null, latest: string | null): string | null {
  if (expiresAt === null) return null;
  const desired = new Date(Date.parse(expiresAt) + extensionDays * dayMs).toISOString();
  const extended = latest !== null && latest < desired ? latest : desired;
  return extended > expiresAt ? extended : null;
}

function useLatestEnd(role: RoleView | undefined): string | null {
  const ceiling = useGrantCeiling();
  return role === undefined ? null : ceiling.latestEnd(role);
}

interface EndDialogProps {
  readonly role: RoleUntil;
  readonly of: string;
  readonly latest: string | null;
  readonly onClose: () => void;
  readonly onEnd: (expiresAt: string | null) => void;
}

function EndDialog({ role, of, latest, onClose, onEnd }: EndDialogProps) {
  const { t } = useLingui();
  const getError = useRoleEndError();
  const [end, setEnd] = useState<RoleEnd>(role.expiresAt === null ? { kind: "days", days: 30 } : noEnd);
  const [error, setError] = useState<string>();
  const submit = () => {
    const found = getError(end, latest);
    if (found === undefined) onEnd(toInstant(end, new Date()));
    else setError(found);
  };
  return (
    <Dialog
      title={<Trans>End of {role.name}</Trans>}
      isOpen
      isNarrow
      onClose={onClose}
      onSubmit={submit}
      actions={
        <>
          <Button onClick={onClose}>
            <Trans>Cancel</Trans>
          </Button>
          <Button variant="primary" type="submit">
            <Trans>Set end</Trans>
          </Button>
        </>
      }
    >
      <RoleEndField
        label={t`${of} has this role for`}
        value={end}
        error={error}
        isFocused
        latest={latest}
        onChange={(next) => {
          setError(undefined);
          setEnd(next);
        }}
      />
    </Dialog>
  );
}

/** "Marketer until 3 May 2027", or "Marketer without end". */
export function RoleEndText({ role }: { readonly role: RoleUntil }) {
  const format = useRoleEndFormat();
  const { name } = role;
  return role.expiresAt === null ? <Trans>{name} without end</Trans> : format(role);
}

/** How many permissions the person keeps for longer or shorter than before. */
export function MovedEnds({ change: { ends = [] } }: { readonly change: PermissionChange }) {
  const { t } = useLingui();
  const longer = ends.filter(
    ({ before, after }) => before !== null && (after === null || after > before),
  ).length;
  const shorter = ends.length - longer;
  if (ends.length === 0) return null;
  return (
    <InlineNotice>
      {longer === 0
        ? null
        : t`${plural(longer, { one: "# permission lasts longer.", other: "# permissions last longer." })}`}{" "}
      {shorter === 0
        ? null
        : t`${plural(shorter, { one: "# permission ends earlier.", other: "# permissions end earlier." })}`}
    </InlineNotice>
  );
}
