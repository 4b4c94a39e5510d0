import type { ReactNode, RefObject } from "react";
import { ListBox, ListBoxItem } from "react-aria-components/ListBox";
import { Popover } from "react-aria-components/Popover";
import { LockIcon, TickIcon } from "../icons.tsx";
import popover from "../overlays/popover.module.css";

/** An option. */
export interface Choice<V extends string> {
  readonly value: V;
  readonly text: string;
  /** A second line. */
  readonly about?: string;
  /** Disabled; `about` says why. */
  readonly isLocked?: boolean;
}

interface ListBoxPopoverProps {
  readonly label: string;
  readonly triggerRef: RefObject<HTMLElement | null>;
  readonly value: string;
  readonly choices: ReadonlyArray<Choice<string>>;
  /** Called for every pressed option, also the current one. */
  readonly onChoose: (value: string) => void;
  readonly onClose: () => void;
}

/** The open listbox of a select, with arrow keys, Home, End and type-ahead. */
export function ListBoxPopover({
  label,
  triggerRef,
  value,
  choices,
  onChoose,
  onClose,
}: ListBoxPopoverProps) {
  const isChosen = choices.some((choice) => choice.value === value);
  return (
    <Popover
      className={popover["popover"] ?? ""}
      triggerRef={triggerRef}
      aria-label={label}
      placement="bottom start"
      offset={4}
      isOpen
      onOpenChange={onClose}
    >
      <ListBox
        className={popover["list"] ?? ""}
        aria-label={label}
        autoFocus
        selectionMode="single"
        disallowEmptySelection={isChosen}
        selectedKeys={isChosen ? [value] : []}
      >
        {choices.map((choice) => (
          <ListBoxItem
            key={choice.value}
            id={choice.value}
            textValue={choice.text}
            className={popover["item"] ?? ""}
            isDisabled={choice.isLocked ?? false}
            onPress={() => onChoose(choice.value)}
          >
            {choice.isLocked === true ? <LockIcon /> : null}
            <ChoiceText {...choice} />
            <span className={popover["tick"]}>
              <TickIcon />
            </span>
          </ListBoxItem>
        ))}
      </ListBox>
    </Popover>
  );
}

function ChoiceText({ text, about }: Choice<string>): ReactNode {
  if (about === undefined) return <span>{text}</span>;
  return (
    <span>
      {text}
      <span className={popover["second"]}>{about}</span>
    </span>
  );
}
