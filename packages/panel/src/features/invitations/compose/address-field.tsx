import { Plural, Trans, useLingui } from "@lingui/react/macro";
import {
  type ClipboardEvent,
  type KeyboardEvent,
  type RefObject,
  useEffect,
  useEffectEvent,
  useRef,
} from "react";
import { classNames } from "../../../ui/class-names.ts";
import { InlineNotice } from "../../../ui/feedback/inline-notice.tsx";
import { IconButton } from "../../../ui/forms/button.tsx";
import { Field } from "../../../ui/forms/field.tsx";
import { CloseIcon, CopyIcon, WarningIcon } from "../../../ui/icons.tsx";
import { LinkButton, VisuallyHidden } from "../../../ui/text.tsx";
import styles from "./address-field.module.css";
import { type Address, maxAddresses, splitInput, useAddressErrorText } from "./address-list.ts";

/** Id of the field, for the error summary. */
export const addressFieldId = "invite-addresses";

interface AddressFieldProps {
  readonly addresses: readonly Address[];
  readonly text: string;
  readonly error?: string | undefined;
  readonly onType: (text: string) => void;
  /** Adds the addresses in a text; `rest` stays in the input. */
  readonly onAdd: (text: string, rest: string) => void;
  readonly onRemove: (address: Address) => void;
  /** Moves an address back into the input. */
  readonly onEdit: (address: Address) => void;
}

/** An input with addresses as chips, and their errors. */
export function AddressField(props: AddressFieldProps) {
  const { addresses, text, error, onType, onAdd, onRemove, onEdit } = props;
  const input = useRef<HTMLInputElement>(null);
  const onBlur = useAfterPointerUp(() => (text === "" ? undefined : onAdd(text, "")));
  function edit(address: Address) {
    onEdit(address);
    input.current?.focus();
  }
  function type(value: string) {
    const { complete, rest } = splitInput(value);
    if (complete === "") onType(value);
    else onAdd(complete, rest);
  }
  function paste(event: ClipboardEvent<HTMLInputElement>) {
    const pasted = event.clipboardData.getData("text");
    if (!/[,;\s]/.test(pasted.trim())) return;
    // An input removes line breaks, and would break a pasted table.
    event.preventDefault();
    onAdd(text === "" ? pasted : `${text} ${pasted}`, "");
  }
  function press(event: KeyboardEvent<HTMLInputElement>) {
    if (event.key === "Enter" && !event.ctrlKey && !event.metaKey && !event.nativeEvent.isComposing) {
      event.preventDefault();
      onAdd(text, "");
    }
    if (text !== "" || event.currentTarget.selectionStart !== 0) return;
    const last = addresses.at(-1);
    if (event.key === "Backspace" && last !== undefined) {
      event.preventDefault();
      edit(last);
    }
    if (event.key === "ArrowLeft") listChipButtons(event.currentTarget).at(-1)?.focus();
  }
  return (
    <div className={styles["root"]}>
      <Field
        id={addressFieldId}
        label={<Trans>E-mail addresses</Trans>}
        {...(error === undefined ? {} : { error })}
      >
        {(control) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents lint/a11y/noStaticElementInteractions: a click beside the chips focuses the input, which keyboards reach anyway
          <div
            className={styles["chips"]}
            onClick={(event) => (event.target === event.currentTarget ? input.current?.focus() : undefined)}
          >
            <ChipList addresses={addresses} onRemove={onRemove} input={input} />
            <input
              {...control}
              ref={input}
              className={styles["input"]}
              type="text"
              inputMode="email"
              autoCapitalize="none"
              autoComplete="off"
              autoCorrect="off"
              spellCheck={false}
              // biome-ignore lint/a11y/noAutofocus: the dialog opens to type addresses
              autoFocus
              value={text}
              aria-describedby={
                classNames(control["aria-describedby"], hasErrors(addresses) && `${addressFieldId}-errors`) ||
                undefined
              }
              onChange={(event) => type(event.target.value)}
              onPaste={paste}
              onKeyDown={press}
              onBlur={onBlur}
            />
          </div>
        )}
      </Field>
      <AddressErrors addresses={addresses} onEdit={edit} />
    </div>
  );
}

interface ChipListProps {
  readonly addresses: readonly Address[];
  readonly onRemove: (address: Address) => void;
  readonly input: RefObject<HTMLInputElement | null>;
}

/** The chips: one tab stop, arrow keys between them, Delete removes one. */
function ChipList({ addresses, onRemove, input }: ChipListProps) {
  const { t } = useLingui();
  if (addresses.length === 0) return null;
  function press(event: KeyboardEvent<HTMLUListElement>) {
    const buttons = listChipButtons(event.currentTarget);
    const at = buttons.indexOf(event.target as HTMLButtonElement);
    const address = addresses[at];
    if (event.key === "Delete" || event.key === "Backspace") {
      event.preventDefault();
      (buttons[at + 1] ?? buttons[at - 1] ?? input.current)?.focus();
      if (address !== undefined) onRemove(address);
    }
    const next = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: buttons.length - 1 }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    (next >= buttons.length ? input.current : buttons[Math.max(0, next)])?.focus();
  }
  return (
    <ul aria-label={t`Addresses`} onKeyDown={press}>
      {addresses.map((address, index) => {
        const isDuplicate = address.fault === "duplicate";
        const { text, name } = address;
        return (
          <li
            key={address.key}
            className={classNames(
              styles["chip"],
              isDuplicate && styles["duplicate"],
              address.email === null && styles["invalid"],
            )}
          >
            {isDuplicate ? <CopyIcon /> : address.fault === null ? null : <WarningIcon />}
            <span>{name === undefined ? text : `${name} · ${text}`}</span>
            <IconButton
              label={t`Remove ${text}`}
              tabIndex={index === addresses.length - 1 ? 0 : -1}
              data-chip=""
              onClick={() => {
                onRemove(address);
                input.current?.focus();
              }}
            >
              <CloseIcon />
            </IconButton>
          </li>
        );
      })}
    </ul>
  );
}

/** Whether there are messages below the input. */
function hasErrors(addresses: readonly Address[]): boolean {
  const isWrong = ({ email, fault }: Address) => email === null || fault === "duplicate";
  return addresses.length >= maxAddresses || addresses.some(isWrong);
}

interface AddressErrorsProps {
  readonly addresses: readonly Address[];
  readonly onEdit: (address: Address) => void;
}

/** The messages below the input. */
function AddressErrors({ addresses, onEdit }: AddressErrorsProps) {
  const errorText = useAddressErrorText();
  const invalid = addresses.filter((address) => address.email === null);
  const duplicates = addresses.filter((address) => address.fault === "duplicate");
  const isFull = addresses.length >= maxAddresses;
  return (
    <>
      <VisuallyHidden>
        <span role="status">
          {invalid.length === 0 ? null : (
            <Plural
              value={invalid.length}
              one="# address needs correcting"
              other="# addresses need correcting"
            />
          )}
        </span>
      </VisuallyHidden>
      {hasErrors(addresses) ? (
        <div id={`${addressFieldId}-errors`} className={styles["errors"]}>
          {invalid.map((address) => (
            <InlineNotice key={address.key} tone="bad">
              {errorText(address)}
              <LinkButton inline onClick={() => onEdit(address)}>
                <Trans>Edit</Trans>
                <VisuallyHidden> {address.text}</VisuallyHidden>
              </LinkButton>
            </InlineNotice>
          ))}
          <Duplicates duplicates={duplicates} />
          {isFull ? (
            <InlineNotice tone="warn">
              <Trans>You can invite up to 1,000 addresses at a time. The rest stay in the field.</Trans>
            </InlineNotice>
          ) : null}
        </div>
      ) : null}
    </>
  );
}

function Duplicates({ duplicates }: { readonly duplicates: readonly Address[] }) {
  const [first] = duplicates;
  if (first === undefined) return null;
  const email = first.email;
  return (
    <InlineNotice icon={<CopyIcon />}>
      {duplicates.length === 1 ? (
        <Trans>{email} is listed twice; it gets one invitation</Trans>
      ) : (
        <Plural
          value={duplicates.length}
          one="# address is listed more than once; it gets one invitation"
          other="# addresses are listed more than once; each gets one invitation"
        />
      )}
    </InlineNotice>
  );
}

function listChipButtons(inside: HTMLElement): HTMLButtonElement[] {
  const list = inside instanceof HTMLUListElement ? inside : inside.parentElement;
  return [...(list?.querySelectorAll<HTMLButtonElement>("[data-chip]") ?? [])];
}

/**
 * Delays a blur handler until `pointerup`. A layout shift between `pointerdown` and `pointerup` would move the pressed button
 * away from the pointer, and its click would be lost.
 *
 * @example const leave = useAfterPress(() => onTake(text)); <input onBlur={leave} />
 */
function useAfterPointerUp(run: () => void): () => void {
  const isDown = useRef(false);
  const isWaiting = useRef(false);
  const runLatest = useEffectEvent(run);
  useEffect(() => {
    const down = () => {
      isDown.current = true;
    };
    const up = () => {
      isDown.current = false;
      if (!isWaiting.current) return;
      isWaiting.current = false;
      // The click handler runs first; it may have done the same.
      setTimeout(() => runLatest());
    };
    addEventListener("pointerdown", down, true);
    addEventListener("pointerup", up, true);
    addEventListener("pointercancel", up, true);
    return () => {
      removeEventListener("pointerdown", down, true);
      removeEventListener("pointerup", up, true);
      removeEventListener("pointercancel", up, true);
    };
  }, []);
  return () => {
    if (isDown.current) isWaiting.current = true;
    else run();
  };
}
