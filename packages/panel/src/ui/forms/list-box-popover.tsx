import { foldText } from "@gatehouse/sdk/contract";
import { Trans, useLingui } from "@lingui/react/macro";
import { type KeyboardEvent, type ReactNode, type RefObject, useRef, useState } from "react";
import { ListBox, ListBoxItem } from "react-aria-components/ListBox";
import { Popover } from "react-aria-components/Popover";
import { ListLayout, Virtualizer } from "react-aria-components/Virtualizer";
import { LockIcon, TickIcon } from "../icons.tsx";
import popover from "../overlays/popover.module.css";
import { SearchField } from "./search-field.tsx";

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

/** From this number of options on there is a search field. */
const minChoicesForSearch = 10;
/** Up to this number, all options are rendered. */
const maxRendered = 100;

/** The open listbox of a select, with arrow keys, Home, End and type-ahead; long ones have a search field. */
export function ListBoxPopover(props: ListBoxPopoverProps) {
  const { label, triggerRef, choices, onChoose, onClose } = props;
  const { t } = useLingui();
  const [query, setQuery] = useState("");
  const body = useRef<HTMLDivElement>(null);
  const hasSearch = choices.length >= minChoicesForSearch;
  const term = foldText(query.trim());
  const found = term === "" ? choices : choices.filter(({ text }) => foldText(text).includes(term));
  function press(event: KeyboardEvent) {
    if (event.nativeEvent.isComposing) return;
    const first = found.find(({ isLocked }) => isLocked !== true);
    if (event.key === "Enter") {
      event.preventDefault();
      if (term !== "" && first !== undefined) onChoose(first.value);
    }
    if (event.key !== "ArrowDown") return;
    event.preventDefault();
    body.current?.querySelector<HTMLElement>("[role=option]:not([aria-disabled=true])")?.focus();
  }
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
      <div ref={body} className={popover["searchable"]}>
        {hasSearch ? (
          <SearchField
            label={t`Search: ${label}`}
            value={query}
            onChange={setQuery}
            onKeyDown={press}
            autoFocus
          />
        ) : null}
        {found.length > maxRendered ? (
          <Virtualizer layout={ListLayout} layoutOptions={{ estimatedRowSize: 36 }}>
            <Choices {...props} choices={found} hasSearch={hasSearch} isLong />
          </Virtualizer>
        ) : (
          <Choices {...props} choices={found} hasSearch={hasSearch} />
        )}
        {found.length === 0 ? (
          <p role="status" className={popover["none"]}>
            <Trans>Nothing matches {query}.</Trans>
          </p>
        ) : null}
      </div>
    </Popover>
  );
}

interface ChoicesProps extends Pick<ListBoxPopoverProps, "label" | "value" | "choices" | "onChoose"> {
  readonly hasSearch: boolean;
  readonly isLong?: boolean;
}

function Choices({ label, value, choices, onChoose, hasSearch, isLong = false }: ChoicesProps) {
  const isChosen = choices.some((choice) => choice.value === value);
  return (
    <ListBox
      className={popover[isLong ? "long" : "list"] ?? ""}
      aria-label={label}
      autoFocus={!hasSearch}
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
