import type { RoleView } from "@gatehouse/sdk/contract";
import { useState } from "react";
import {
  type Address,
  addAddresses,
  addressText,
  readAddresses,
  readyAddresses,
  removeAddress,
} from "./address-list.ts";
import { useTerms } from "./use-terms.ts";

/** What is being written in the dialog. */
export function useDraft(address: string, roles: readonly RoleView[] | undefined) {
  const terms = useTerms(roles);
  const [addresses, setAddresses] = useState(() => addAddresses([], readAddresses(address)).addresses);
  const [text, setText] = useState("");

  /** Turns a text into chips; what doesn't fit stays in the field. */
  function take(given: string, rest: string): readonly Address[] {
    const { addresses: all, left } = addAddresses(addresses, readAddresses(given));
    setAddresses(all);
    setText([...left.map(addressText), ...(rest === "" ? [] : [rest])].join(", "));
    return all;
  }
  return {
    ...terms,
    addresses,
    text,
    ready: readyAddresses(addresses),
    setText,
    take,
    remove: (gone: Address) => setAddresses(removeAddress(addresses, gone.key)),
    edit(wrong: Address) {
      const { addresses: kept } = addAddresses(removeAddress(addresses, wrong.key), readAddresses(text));
      setAddresses(kept);
      setText(addressText(wrong));
    },
    /** Starts over for other people; roles, expiry and note stay. */
    clear() {
      setAddresses([]);
      setText("");
    },
  };
}

/** What is being written in the dialog. */
export type Draft = ReturnType<typeof useDraft>;
