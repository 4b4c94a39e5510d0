import type { RoleView, SendInvitations } from "@gatehouse/sdk/contract";
import { useState } from "react";
import { useApiQuery } from "../session/api.tsx";
import { useCan, useSession } from "../session/session.tsx";
import { recall, remember } from "../storage.ts";
import { missingFor } from "../users/role-ceiling.ts";

/** Everything that an invitation says apart from the addresses. */
export type Terms = Omit<SendInvitations, "invitations"> & { readonly roleIds: readonly string[] };

/** Roles, expiry and note of what is being written. */
export function useTerms(roles: readonly RoleView[] | undefined) {
  const { permissions } = useSession();
  const usualDays = useUsualDays();
  const [toggled, setToggled] = useState<ReadonlySet<string> | null>(null);
  const [lastUsed] = useState(() => (recall("last-roles") ?? "").split(" ").filter((id) => id !== ""));
  const [chosenDays, setDays] = useState<string | null>(null);
  const [note, setNote] = useState("");
  const open = (roles ?? []).filter((role) => missingFor(role, permissions).length === 0).map(({ id }) => id);
  const wanted = toggled ?? new Set(lastUsed);
  const chosen = new Set(open.filter((id) => wanted.has(id)));
  const days = chosenDays ?? usualDays;
  return {
    chosen,
    lastUsed,
    /** Null while what is usual in the organization isn't known: the server knows it. */
    days,
    usualDays,
    note,
    setDays,
    setNote,
    toggle(roleId: string) {
      const next = new Set(chosen);
      if (!next.delete(roleId)) next.add(roleId);
      setToggled(next);
    },
    rememberRoles: () => remember("last-roles", [...chosen].join(" ")),
    terms: (): Terms => ({
      roleIds: [...chosen],
      ...(days === null ? {} : { expiresInDays: Number(days) }),
      ...(note.trim() === "" ? {} : { message: note.trim() }),
    }),
  };
}

/** How many days links work in this organization unless somebody says otherwise; null while that isn't known. */
function useUsualDays(): string | null {
  const settings = useApiQuery(
    "GET /organizations/:organizationId",
    {},
    { enabled: useCan("organization:view"), staleTime: 30_000 },
  );
  return settings.data === undefined ? null : String(settings.data.body.invitationExpiresInDays);
}
