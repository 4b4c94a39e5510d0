import type { RoleView, SendInvitations } from "@gatehouse/sdk/contract";
import { useState } from "react";
import { useGrantCeiling } from "../../../lib/access/use-grant-ceiling.ts";
import { useApiQuery } from "../../../lib/api/use-api.tsx";
import { useCan } from "../../../lib/session/session.tsx";
import { recall, remember } from "../../../lib/storage/storage.ts";

/** The options of an invitation: everything but the addresses. */
export type InvitationOptions = Omit<SendInvitations, "invitations"> & {
  readonly roleIds: readonly string[];
};

/** State of roles, expiry and note. */
export function useInvitationOptions(roles: readonly RoleView[] | undefined) {
  const ceiling = useGrantCeiling();
  const defaultDays = useDefaultDays();
  const [toggled, setToggled] = useState<ReadonlySet<string> | null>(null);
  const [lastUsed] = useState(() => (recall("last-roles") ?? "").split(" ").filter((id) => id !== ""));
  const [chosenDays, setDays] = useState<string | null>(null);
  const [note, setNote] = useState("");
  const assignable = (roles ?? []).filter((role) => ceiling.checkRole(role).allowed).map(({ id }) => id);
  const wanted = toggled ?? new Set(lastUsed);
  const chosen = new Set(assignable.filter((id) => wanted.has(id)));
  const days = chosenDays ?? defaultDays;
  return {
    chosen,
    lastUsed,
    /** Null until the organization's default is loaded: the server then applies it. */
    days,
    defaultDays,
    note,
    setDays,
    setNote,
    toggle(roleId: string) {
      const next = new Set(chosen);
      if (!next.delete(roleId)) next.add(roleId);
      setToggled(next);
    },
    rememberRoles: () => remember("last-roles", [...chosen].join(" ")),
    terms: (): InvitationOptions => ({
      roleIds: [...chosen],
      ...(days === null ? {} : { expiresInDays: Number(days) }),
      ...(note.trim() === "" ? {} : { message: note.trim() }),
    }),
  };
}

/** The organization's default validity in days; null until loaded. */
function useDefaultDays(): string | null {
  const settings = useApiQuery(
    "GET /organizations/:organizationId",
    {},
    { enabled: useCan("organization:view"), staleTime: 30_000 },
  );
  return settings.data === undefined ? null : String(settings.data.body.invitationExpiresInDays);
}
