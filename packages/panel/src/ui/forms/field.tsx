/** Fields: label, hint and error, connected with the control by ids. */
import { useLingui } from "@lingui/react/macro";
import { type ComponentProps, type ReactNode, useId, useState } from "react";
import { classNames } from "../class-names.ts";
import { WarningIcon } from "../icons.tsx";
import { LinkButton, VisuallyHidden } from "../text.tsx";
import styles from "./field.module.css";

/** Attributes that connect a control with its texts. */
interface FieldControl {
  readonly id: string;
  readonly "aria-describedby": string | undefined;
  readonly "aria-invalid": true | undefined;
}

/** The texts of a field. */
export interface FieldTexts {
  readonly label: ReactNode;
  readonly hint?: ReactNode;
  /** The error after submit; the same text as in the error summary. */
  readonly error?: string | undefined;
  readonly optional?: boolean;
  /** Id of the control, for the error summary's link. */
  readonly id?: string;
}

interface FieldProps extends FieldTexts {
  readonly children: (control: FieldControl) => ReactNode;
}

/** Label, hint and error for any control that accepts `id` and `aria-*`. */
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
  /** 40 px with 16-px text: authentication pages. */
  readonly tall?: boolean;
}

/** A text input. Accepts all properties of `<input>`. */
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

/** A password input with a button that shows the password. */
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
            <VisuallyHidden> {t`password`}</VisuallyHidden>
          </LinkButton>
        </span>
      )}
    </Field>
  );
}

/** Class names of an input, for custom controls. */
export function inputClass(tall = false): string {
  return classNames(styles["input"], tall && styles["tall"]);
}

/** Removes undefined texts, for `exactOptionalPropertyTypes`. */
function texts(
  given: { readonly [K in keyof FieldTexts]: FieldTexts[K] | undefined } & { readonly label: ReactNode },
): FieldTexts {
  const defined = Object.entries(given).filter(([, value]) => value !== undefined);
  return { label: given.label, ...Object.fromEntries(defined) };
}
