/** Fields: a label above, a hint and an error below, tied to the control by ids. */
import { useLingui } from "@lingui/react/macro";
import { type ComponentProps, type ReactNode, useId, useState } from "react";
import { classNames } from "./class-names.ts";
import styles from "./field.module.css";
import { WarningIcon } from "./icons.tsx";
import { Hidden, LinkButton } from "./text.tsx";

/** What ties a control to the texts round it. */
interface FieldControl {
  readonly id: string;
  readonly "aria-describedby": string | undefined;
  readonly "aria-invalid": true | undefined;
}

/** The texts round a control. */
export interface FieldTexts {
  readonly label: ReactNode;
  readonly hint?: ReactNode;
  /** What is wrong, after a press on submit; the same words as in the error summary. */
  readonly error?: string | undefined;
  readonly optional?: boolean;
  /** Id of the control, for the error summary's link. */
  readonly id?: string;
}

interface FieldProps extends FieldTexts {
  readonly children: (control: FieldControl) => ReactNode;
}

/** Label, hint and error round any control that takes `id` and `aria-*`. */
export function Field({ label, hint, error, optional = false, id, children }: FieldProps) {
  const { t } = useLingui();
  const generated = useId();
  const controlId = id ?? generated;
  const hintId = hint === undefined ? undefined : `${controlId}-hint`;
  const errorId = error === undefined ? undefined : `${controlId}-error`;
  return (
    <div className={styles["field"]}>
      <label className={styles["label"]} htmlFor={controlId}>
        {label}
        {optional ? <span className={styles["optional"]}> {t`(optional)`}</span> : null}
      </label>
      {children({
        id: controlId,
        "aria-describedby": classNames(errorId, hintId) || undefined,
        "aria-invalid": error === undefined ? undefined : true,
      })}
      {hint === undefined ? null : (
        <span id={hintId} className={styles["hint"]}>
          {hint}
        </span>
      )}
      {error === undefined ? null : (
        <span id={errorId} className={styles["error"]}>
          <WarningIcon />
          <span>{error}</span>
        </span>
      )}
    </div>
  );
}

interface TextFieldProps extends FieldTexts, Omit<ComponentProps<"input">, "id" | "children"> {
  /** 40 px with 16-px text: doorway pages. */
  readonly tall?: boolean;
}

/** One line of text. Takes everything that an `<input>` takes, a form library's `register(…)` included. */
export function TextField({
  label,
  hint,
  error,
  optional,
  id,
  tall = false,
  className,
  ...input
}: TextFieldProps) {
  return (
    <Field {...texts({ label, hint, error, optional, id })}>
      {(control) => <input {...input} {...control} className={classNames(inputClass(tall), className)} />}
    </Field>
  );
}

interface PasswordFieldProps extends Omit<TextFieldProps, "type"> {
  readonly autoComplete: "current-password" | "new-password";
}

/** A password that can be shown while it is typed. */
export function PasswordField({
  label,
  hint,
  error,
  optional,
  id,
  tall = false,
  className,
  ...input
}: PasswordFieldProps) {
  const { t } = useLingui();
  const [isShown, setShown] = useState(false);
  return (
    <Field {...texts({ label, hint, error, optional, id })}>
      {(control) => (
        <span className={styles["reveal"]}>
          <input
            autoCapitalize="none"
            autoCorrect="off"
            spellCheck={false}
            {...input}
            {...control}
            type={isShown ? "text" : "password"}
            className={classNames(inputClass(tall), className)}
          />
          <LinkButton aria-pressed={isShown} aria-controls={control.id} onClick={() => setShown(!isShown)}>
            {isShown ? t`Hide` : t`Show`}
            <Hidden> {t`password`}</Hidden>
          </LinkButton>
        </span>
      )}
    </Field>
  );
}

/** Class names of an input, for controls that are put together elsewhere. */
export function inputClass(tall = false): string {
  return classNames(styles["input"], tall && styles["tall"]);
}

/** Drops the texts that are undefined, so that they may be passed through as they came. */
function texts(
  given: { readonly [K in keyof FieldTexts]: FieldTexts[K] | undefined } & { readonly label: ReactNode },
): FieldTexts {
  const defined = Object.entries(given).filter(([, value]) => value !== undefined);
  return { label: given.label, ...Object.fromEntries(defined) };
}
