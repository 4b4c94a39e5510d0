import type { RoleView, SendInvitations } from "@gatehouse/sdk/contract";
import { useState } from "react";
import { useSession } from "../session/session.tsx";
import { recall, remember } from "../storage.ts";
import { missingFor } from "../users/role-ceiling.ts";
import {
  type Address,
  addAddresses,
  addressText,
  readAddresses,
  readyAddresses,
  removeAddress,
} from "./address-list.ts";
import type { ExpiryDays } from "./expiry.ts";

/** Everything that an invitation says apart from the addresses. */
export type Terms = Omit<SendInvitations, "invitations"> & { readonly roleIds: readonly string[] };

/** What is being written in the dialog. */
export function useDraft(address: string, roles: readonly RoleView[] | undefined) {
  const { permissions } = useSession();
  const [addresses, setAddresses] = useState(() => addAddresses([], readAddresses(address)).addresses);
  const [text, setText] = useState("");
  const [toggled, setToggled] = useState<ReadonlySet<string> | null>(null);
  const [lastUsed] = useState(() => (recall("last-roles") ?? "").split(" ").filter((id) => id !== ""));
  const [days, setDays] = useState<ExpiryDays>("7");
  const [note, setNote] = useState("");
  const open = (roles ?? []).filter((role) => missingFor(role, permissions).length === 0).map(({ id }) => id);
  const wanted = toggled ?? new Set(lastUsed);
  const chosen = new Set(open.filter((id) => wanted.has(id)));

  /** Turns a text into chips; what doesn't fit stays in the field. */
  function take(given: string, rest: string): readonly Address[] {
    const { addresses: all, left } = addAddresses(addresses, readAddresses(given));
    setAddresses(all);
    setText([...left.map(addressText), ...(rest === "" ? [] : [rest])].join(", "));
    return all;
  }
  return {
    addresses,
    text,
    chosen,
    lastUsed,
    days,
    note,
    ready: readyAddresses(addresses),
    setText,
    setDays,
    setNote,
    take,
    remove: (gone: Address) => setAddresses(removeAddress(addresses, gone.key)),
    edit(wrong: Address) {
      const { addresses: kept } = addAddresses(removeAddress(addresses, wrong.key), readAddresses(text));
      setAddresses(kept);
      setText(addressText(wrong));
    },
    toggle(roleId: string) {
      const next = new Set(chosen);
      if (!next.delete(roleId)) next.add(roleId);
      setToggled(next);
    },
    /** Starts over for other people; roles, expiry and note stay. */
    clear() {
      setAddresses([]);
      setText("");
    },
    rememberRoles: () => remember("last-roles", [...chosen].join(" ")),
    terms: (): Terms => ({
      roleIds: [...chosen],
      expiresInDays: Number(days),
      ...(note.trim() === "" ? {} : { message: note.trim() }),
    }),
  };
}

/** What is being written in the dialog. */
export type Draft = ReturnType<typeof useDraft>;
