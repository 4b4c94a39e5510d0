import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { type ClipboardEvent, type KeyboardEvent, type RefObject, useRef } from "react";
import { IconButton } from "../../ui/button.tsx";
import { classNames } from "../../ui/class-names.ts";
import { Field } from "../../ui/field.tsx";
import { CloseIcon, CopyIcon, WarningIcon } from "../../ui/icons.tsx";
import { Reason } from "../../ui/reason.tsx";
import { Hidden, LinkButton } from "../../ui/text.tsx";
import styles from "./address-field.module.css";
import { type Address, mostAddresses, splitTyped } from "./address-list.ts";
import { useFaultText } from "./fault-text.ts";
import { useAfterPress } from "./use-after-press.ts";

/** Id of the field, for the error summary. */
export const addressFieldId = "invite-addresses";

interface AddressFieldProps {
  readonly addresses: readonly Address[];
  readonly text: string;
  readonly error?: string | undefined;
  readonly onType: (text: string) => void;
  /** Takes addresses out of a text; `rest` stays in the field. */
  readonly onTake: (text: string, rest: string) => void;
  readonly onRemove: (address: Address) => void;
  /** Back into the field. */
  readonly onEdit: (address: Address) => void;
}

/** Addresses as chips, with the field that makes them and what is wrong with each. */
export function AddressField(props: AddressFieldProps) {
  const { addresses, text, error, onType, onTake, onRemove, onEdit } = props;
  const input = useRef<HTMLInputElement>(null);
  const leave = useAfterPress(() => (text === "" ? undefined : onTake(text, "")));
  function edit(address: Address) {
    onEdit(address);
    input.current?.focus();
  }
  function type(value: string) {
    const { complete, rest } = splitTyped(value);
    if (complete === "") onType(value);
    else onTake(complete, rest);
  }
  function paste(event: ClipboardEvent<HTMLInputElement>) {
    const pasted = event.clipboardData.getData("text");
    if (!/[,;\s]/.test(pasted.trim())) return;
    // A line break would be lost in the field, and a table with it.
    event.preventDefault();
    onTake(text === "" ? pasted : `${text} ${pasted}`, "");
  }
  function press(event: KeyboardEvent<HTMLInputElement>) {
    if (event.key === "Enter" && !event.ctrlKey && !event.metaKey && !event.nativeEvent.isComposing) {
      event.preventDefault();
      onTake(text, "");
    }
    if (text !== "" || event.currentTarget.selectionStart !== 0) return;
    const last = addresses.at(-1);
    if (event.key === "Backspace" && last !== undefined) {
      event.preventDefault();
      edit(last);
    }
    if (event.key === "ArrowLeft") chipButtons(event.currentTarget).at(-1)?.focus();
  }
  return (
    <div className={styles["whole"]}>
      <Field
        id={addressFieldId}
        label={<Trans>E-mail addresses</Trans>}
        {...(error === undefined ? {} : { error })}
      >
        {(control) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents lint/a11y/noStaticElementInteractions: a press beside the chips reaches the field that is there for the keyboard anyway
          <div
            className={styles["tags"]}
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
              // biome-ignore lint/a11y/noAutofocus: the dialog opens to be written in
              autoFocus
              value={text}
              aria-describedby={
                classNames(
                  control["aria-describedby"],
                  hasReasons(addresses) && `${addressFieldId}-reasons`,
                ) || undefined
              }
              onChange={(event) => type(event.target.value)}
              onPaste={paste}
              onKeyDown={press}
              onBlur={leave}
            />
          </div>
        )}
      </Field>
      <Faults addresses={addresses} onEdit={edit} />
    </div>
  );
}

interface ChipListProps {
  readonly addresses: readonly Address[];
  readonly onRemove: (address: Address) => void;
  readonly input: RefObject<HTMLInputElement | null>;
}

/** The chips: one stop for Tab, arrows between them, Delete takes one away. */
function ChipList({ addresses, onRemove, input }: ChipListProps) {
  const { t } = useLingui();
  if (addresses.length === 0) return null;
  function press(event: KeyboardEvent<HTMLUListElement>) {
    const buttons = chipButtons(event.currentTarget);
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
        const isTwice = address.fault === "duplicate";
        const { text, name } = address;
        return (
          <li
            key={address.key}
            className={classNames(
              styles["tag"],
              isTwice && styles["twice"],
              address.email === null && styles["bad"],
            )}
          >
            {isTwice ? <CopyIcon /> : address.fault === null ? null : <WarningIcon />}
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

/** Whether something is said below the field. */
function hasReasons(addresses: readonly Address[]): boolean {
  const isWrong = ({ email, fault }: Address) => email === null || fault === "duplicate";
  return addresses.length >= mostAddresses || addresses.some(isWrong);
}

interface FaultsProps {
  readonly addresses: readonly Address[];
  readonly onEdit: (address: Address) => void;
}

/** In words what is wrong with which address. */
function Faults({ addresses, onEdit }: FaultsProps) {
  const faultText = useFaultText();
  const wrong = addresses.filter((address) => address.email === null);
  const twice = addresses.filter((address) => address.fault === "duplicate");
  const isFull = addresses.length >= mostAddresses;
  return (
    <>
      <Hidden>
        <span role="status">
          {wrong.length === 0 ? null : (
            <Plural
              value={wrong.length}
              one="# address needs correcting"
              other="# addresses need correcting"
            />
          )}
        </span>
      </Hidden>
      {hasReasons(addresses) ? (
        <div id={`${addressFieldId}-reasons`} className={styles["reasons"]}>
          {wrong.map((address) => (
            <Reason key={address.key} tone="bad">
              {faultText(address)}
              <LinkButton inline onClick={() => onEdit(address)}>
                <Trans>Edit</Trans>
                <Hidden> {address.text}</Hidden>
              </LinkButton>
            </Reason>
          ))}
          <Duplicates twice={twice} />
          {isFull ? (
            <Reason tone="warn">
              <Trans>1,000 addresses go into one invitation. Further ones stay in the field.</Trans>
            </Reason>
          ) : null}
        </div>
      ) : null}
    </>
  );
}

function Duplicates({ twice }: { readonly twice: readonly Address[] }) {
  const [first] = twice;
  if (first === undefined) return null;
  const email = first.email;
  return (
    <Reason icon={<CopyIcon />}>
      {twice.length === 1 ? (
        <Trans>{email} is here twice; it gets one invitation</Trans>
      ) : (
        <Plural
          value={twice.length}
          one="# address is here more than once; it gets one invitation"
          other="# addresses are here more than once; each gets one invitation"
        />
      )}
    </Reason>
  );
}

function chipButtons(inside: HTMLElement): HTMLButtonElement[] {
  const list = inside instanceof HTMLUListElement ? inside : inside.parentElement;
  return [...(list?.querySelectorAll<HTMLButtonElement>("[data-chip]") ?? [])];
}
