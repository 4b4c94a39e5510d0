import type { RoleView } from "@gatehouse/sdk/contract";
import { useState } from "react";
import {
  type Address,
  addAddresses,
  formatAddress,
  listValidAddresses,
  parsePasted,
  removeAddress,
} from "./address-list.ts";
import { useInvitationOptions } from "./invitation-options.tsx";
import { parseAddresses } from "./parse-addresses.ts";

/** The state of the invitation form. */
export function useInvitationDraft(address: string, roles: readonly RoleView[] | undefined) {
  const options = useInvitationOptions(roles);
  const [addresses, setAddresses] = useState(() => addAddresses([], parseAddresses(address)).addresses);
  const [text, setText] = useState("");
  const [table, setTable] = useState<string | null>(null);

  /** Adds the addresses in a text; those beyond the limit stay in the input. A table that needs choices is kept aside. */
  function addFromText(given: string, rest: string): readonly Address[] {
    const parsed = parsePasted(given);
    setTable(parsed === null ? given : null);
    if (parsed === null) return addresses;
    const { addresses: all, left } = addAddresses(addresses, parsed);
    setAddresses(all);
    setText([...left.map(formatAddress), ...(rest === "" ? [] : [rest])].join(", "));
    return all;
  }
  return {
    ...options,
    addresses,
    text,
    /** A pasted table that only the page for many invitations reads; null if there is none. */
    table,
    ready: listValidAddresses(addresses),
    setText,
    addFromText,
    remove: (removed: Address) => setAddresses(removeAddress(addresses, removed.key)),
    edit(wrong: Address) {
      const { addresses: kept } = addAddresses(removeAddress(addresses, wrong.key), parseAddresses(text));
      setAddresses(kept);
      setText(formatAddress(wrong));
    },
    /** Clears the addresses; roles, expiry and note stay. */
    clear() {
      setAddresses([]);
      setText("");
    },
  };
}

/** The state of the invitation form. */
export type InvitationDraft = ReturnType<typeof useInvitationDraft>;
