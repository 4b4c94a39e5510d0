/** What the page of a role and the page for creating one share. */

import { Trans, useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useEffect } from "react";
import type { Language } from "../../../lib/language.ts";
import { classNames } from "../../../ui/class-names.ts";
import { LoadingState, Skeleton } from "../../../ui/feedback/empty-states.tsx";
import { TextField } from "../../../ui/forms/field.tsx";
import { ChevronLeftIcon } from "../../../ui/icons.tsx";
import { backClass } from "../../../ui/layout/page.tsx";
import styles from "./role.module.css";
import { type RoleDraft, type RoleTextField, translatedFields } from "./role-draft.ts";

interface RoleFieldsProps {
  readonly draft: RoleDraft;
  readonly isReadOnly: boolean;
  readonly onChange: (draft: RoleDraft) => void;
  readonly nameError?: TextError | undefined;
  /** Focuses the name and selects its text. */
  readonly isFocused?: boolean;
}

/** An error of one text. */
interface TextError {
  readonly field: RoleTextField;
  readonly text: string;
}

/** Name and description: the default ones, and those in other languages. */
export function RoleFields({ draft, isReadOnly, onChange, nameError, isFocused = false }: RoleFieldsProps) {
  const { t, i18n } = useLingui();
  const translated = draft.texts[`name.${i18n.locale as Language}`].trim();
  const shared = (field: RoleTextField) => ({
    id: getId(field),
    value: draft.texts[field],
    readOnly: isReadOnly,
    autoComplete: "off",
    maxLength: field.startsWith("name") ? 100 : 500,
    onChange: (event: { readonly target: { readonly value: string } }) =>
      onChange({ ...draft, texts: { ...draft.texts, [field]: event.target.value } }),
    ...(nameError?.field === field ? { error: nameError.text } : {}),
  });
  const errorField = nameError?.field;
  // After the commit that closes the review: before it, the dialog would take the focus back.
  useEffect(() => {
    if (errorField !== undefined) focusText(errorField);
  }, [errorField]);
  const isMissing = draft.texts.name.trim() === "" && draft.saved.texts.name !== "";
  return (
    <>
      <div className={styles["fields"]}>
        <TextField
          label={t`Name`}
          autoFocus={isFocused}
          onFocus={(event) => (isFocused ? event.target.select() : undefined)}
          {...(translated === "" ? {} : { hint: t`In your language: ${translated}` })}
          {...(isMissing ? { error: t`Enter a name.` } : {})}
          {...shared("name")}
        />
        <TextField label={t`Description`} optional {...shared("description")} />
      </div>
      {isReadOnly && translatedFields.every((field) => draft.texts[field] === "") ? null : (
        <OtherLanguages>
          {translatedFields.map((field) => (
            <TextField
              key={field}
              label={<TextFieldLabel field={field} />}
              lang={field.slice(-2)}
              optional
              {...shared(field)}
            />
          ))}
        </OtherLanguages>
      )}
    </>
  );
}

function OtherLanguages({ children }: { readonly children: ReactNode }) {
  return (
    <details className={styles["note"]}>
      <summary className={styles["second"]}>
        <Trans>Names in other languages</Trans>
      </summary>
      <p className={classNames(styles["second"], styles["note"])}>
        <Trans>Readers of a language without a name see the name above.</Trans>
      </p>
      <div className={styles["fields"]}>{children}</div>
    </details>
  );
}

/** The label of a text: "Name in Turkish". */
export function TextFieldLabel({ field }: { readonly field: RoleTextField }) {
  const labels: Readonly<Record<RoleTextField, ReactNode>> = {
    name: <Trans>Name</Trans>,
    description: <Trans>Description</Trans>,
    "name.en": <Trans>Name in English</Trans>,
    "description.en": <Trans>Description in English</Trans>,
    "name.tr": <Trans>Name in Turkish</Trans>,
    "description.tr": <Trans>Description in Turkish</Trans>,
  };
  return labels[field];
}

/** Focuses a text after an open dialog has closed and restored the focus. One behind the disclosure is shown first. */
export function focusText(field: RoleTextField): void {
  requestAnimationFrame(() => {
    const input = document.getElementById(getId(field));
    input?.closest("details")?.setAttribute("open", "");
    input?.focus();
  });
}

const getId = (field: RoleTextField) => `role-${field}`;

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
