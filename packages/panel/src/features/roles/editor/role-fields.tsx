/** What the page of a role and the page for creating one share. */

import { Trans, useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import { LoadingState, Skeleton } from "../../../ui/feedback/empty-states.tsx";
import { TextField } from "../../../ui/forms/field.tsx";
import { ChevronLeftIcon } from "../../../ui/icons.tsx";
import { backClass } from "../../../ui/layout/page.tsx";
import styles from "./role.module.css";
import type { RoleDraft } from "./role-draft.ts";

interface RoleFieldsProps {
  readonly draft: RoleDraft;
  readonly isReadOnly: boolean;
  readonly onChange: (draft: RoleDraft) => void;
  readonly nameError?: string | undefined;
  /** Focuses the name and selects its text. */
  readonly isFocused?: boolean;
}

/** Name and description. */
export function RoleFields({ draft, isReadOnly, onChange, nameError, isFocused = false }: RoleFieldsProps) {
  const { t } = useLingui();
  const shared = (field: "name" | "description") => ({
    value: draft[field],
    readOnly: isReadOnly,
    autoComplete: "off",
    onChange: (event: { readonly target: { readonly value: string } }) =>
      onChange({ ...draft, [field]: event.target.value }),
  });
  const error =
    nameError ?? (draft.name.trim() === "" && draft.saved.name !== "" ? t`Enter a name.` : undefined);
  return (
    <div className={styles["fields"]}>
      <TextField
        id={nameId}
        label={t`Name`}
        maxLength={100}
        autoFocus={isFocused}
        onFocus={(event) => (isFocused ? event.target.select() : undefined)}
        {...shared("name")}
        {...(error === undefined ? {} : { error })}
      />
      <TextField label={t`Description`} optional maxLength={500} {...shared("description")} />
    </div>
  );
}

/** Focuses the name after an open dialog has closed and restored the focus. */
export function focusName(): void {
  requestAnimationFrame(() => document.getElementById(nameId)?.focus());
}

const nameId = "role-name";

/** Link to the list of roles. */
export function BackToRoles() {
  return (
    <Link to="/roles" className={backClass()}>
      <ChevronLeftIcon />
      <Trans>Roles</Trans>
    </Link>
  );
}

const rows = Array.from({ length: 10 }, (_, row) => row);

/** Skeleton of the editor while the role or the catalogue loads. */
export function EditorSkeleton() {
  return (
    <LoadingState>
      <p className={styles["skeletonHead"]}>
        <Skeleton size="long" />
      </p>
      <p className={styles["skeletonFields"]}>
        <Skeleton size="long" />
        <Skeleton size="long" />
      </p>
      {rows.map((row) => (
        <p key={row} className={styles["skeletonRow"]}>
          <Skeleton />
        </p>
      ))}
    </LoadingState>
  );
}
