/** Fields: label, hint and error, connected with the control by ids; and the summary of a form’s errors. */
import { Plural, useLingui } from "@lingui/react/macro";
import {
  type ComponentProps,
  type MouseEvent,
  type ReactNode,
  useEffect,
  useId,
  useRef,
  useState,
} from "react";
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

/** An email address. */
export function EmailField(props: Omit<TextFieldProps, "type">) {
  return (
    <TextField
      autoComplete="username"
      {...props}
      type="email"
      inputMode="email"
      autoCapitalize="none"
      spellCheck={false}
    />
  );
}

/** Tells a password manager which account a password is for, in forms that don't ask for it. */
export function HiddenUsername({ email }: { readonly email: string }) {
  return <input hidden name="username" autoComplete="username" value={email} readOnly />;
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

/** An error, and the id of its control. */
export interface FieldError {
  readonly fieldId: string;
  readonly message: string;
}

interface ErrorSummaryProps {
  /** A new array for each submit, which moves the focus to the summary. */
  readonly errors: readonly FieldError[];
  /** The title of an error that belongs to no field. */
  readonly title?: ReactNode;
  /** Its text. */
  readonly children?: ReactNode;
}

/** The errors of a form, above its fields. It takes the focus when it appears; each error links to its field. */
export function ErrorSummary({ errors, title, children }: ErrorSummaryProps) {
  const region = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new array means a new submit
  useEffect(() => region.current?.focus(), [errors]);
  return (
    <div ref={region} className={styles["summary"]} role="alert" tabIndex={-1}>
      <WarningIcon />
      <p className={styles["title"]}>
        {title ?? (
          <Plural value={errors.length} one="One thing needs correcting" other="# things need correcting" />
        )}
      </p>
      {children === undefined ? null : <p className={styles["text"]}>{children}</p>}
      {errors.length === 0 ? null : (
        <ul>
          {errors.map(({ fieldId, message }) => (
            <li key={fieldId}>
              <a
                className={styles["link"]}
                href={`#${fieldId}`}
                onClick={(event) => focusField(event, fieldId)}
              >
                {message}
              </a>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** Moves the focus without changing the URL, whose fragment may contain a token. */
function focusField(event: MouseEvent, fieldId: string) {
  event.preventDefault();
  document.getElementById(fieldId)?.focus();
}
