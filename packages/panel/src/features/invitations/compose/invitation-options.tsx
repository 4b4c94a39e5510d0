/** The options of an invitation: their state, and the fields of expiry and note. */
import type { RoleView, SendInvitations } from "@gatehouse/sdk/contract";
import type { I18n } from "@lingui/core";
import { msg, plural } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";
import { useEffect, useEffectEvent, useState } from "react";
import { useGrantCeiling } from "../../../lib/access/grant-ceiling.ts";
import { noEnd, type RoleEnd, toInstant } from "../../../lib/access/role-end.tsx";
import { useApiQuery } from "../../../lib/api/use-api.tsx";
import { useCan } from "../../../lib/session/session.tsx";
import { recall, remember } from "../../../lib/storage/storage.ts";
import { formatLocale } from "../../../ui/data-display/relative-time.ts";
import { useNow } from "../../../ui/data-display/time.tsx";
import { TextField } from "../../../ui/forms/field.tsx";
import { Select } from "../../../ui/forms/select.tsx";
import type { useRolesQuery } from "../../roles/use-roles.ts";
import styles from "./compose.module.css";

/** Id of the last day of the roles. */
export const endId = "invite-end";

type OptionFields = Pick<
  ReturnType<typeof useInvitationOptions>,
  "days" | "defaultDays" | "setDays" | "note" | "setNote"
>;

/** How long the link is valid, and the note in the email. */
export function ExpiryAndNote({ options }: { readonly options: OptionFields }) {
  const { t } = useLingui();
  return (
    <div className={styles["two"]}>
      <ExpirySelect options={options} />
      <TextField
        label={t`Note`}
        optional
        maxLength={1000}
        value={options.note}
        onChange={(event) => options.setNote(event.target.value)}
      />
    </div>
  );
}

/** How long the link is valid; the organization's setting by default. */
function ExpirySelect({ options: { days, defaultDays, setDays } }: { readonly options: OptionFields }) {
  const { t, i18n } = useLingui();
  const now = useNow();
  return (
    <Select
      label={t`Link works for`}
      value={days}
      placeholder={t`Organization default`}
      choices={listDays(defaultDays).map((value) => ({ value, text: formatExpiry(value, now, i18n) }))}
      onChange={setDays}
    />
  );
}

const common = ["1", "3", "7", "14", "30"];

function listDays(usual: string | null): readonly string[] {
  const all = new Set(usual === null ? common : [...common, usual]);
  return [...all].sort((a, b) => Number(a) - Number(b));
}

/** "7 days, until 30 Nov". */
function formatExpiry(days: string, now: Date, i18n: I18n): string {
  const count = Number(days);
  const end = new Date(now.getTime() + count * 86_400_000);
  const date = new Intl.DateTimeFormat(formatLocale(i18n.locale), { day: "numeric", month: "short" }).format(
    end,
  );
  return i18n._(msg`${plural(count, { one: `# day, until ${date}`, other: `# days, until ${date}` })}`);
}

/** The options of an invitation: everything but the addresses. */
export type InvitationOptions = Omit<SendInvitations, "invitations"> & {
  readonly roles: readonly OfferedRole[];
};

/** A role to offer, with its end. */
export type OfferedRole = NonNullable<SendInvitations["invitations"][number]["roles"]>[number];

/** State of roles, expiry and note. */
export function useInvitationOptions(roles: readonly RoleView[] | undefined) {
  const ceiling = useGrantCeiling();
  const defaultDays = useDefaultDays();
  const [toggled, setToggled] = useState<ReadonlySet<string> | null>(null);
  const [lastUsed] = useState(() => (recall("last-roles") ?? "").split(" ").filter((id) => id !== ""));
  const [chosenDays, setDays] = useState<string | null>(null);
  const [note, setNote] = useState("");
  const [end, setEnd] = useState<RoleEnd>(noEnd);
  const assignable = (roles ?? []).filter((role) => ceiling.checkRole(role).allowed).map(({ id }) => id);
  const selected = toggled ?? new Set(lastUsed);
  const chosen = new Set(assignable.filter((id) => selected.has(id)));
  const days = chosenDays ?? defaultDays;
  return {
    chosen,
    lastUsed,
    /** Null until the organization's default is loaded: the server then applies it. */
    days,
    defaultDays,
    note,
    end,
    setEnd,
    setDays,
    setNote,
    toggle(roleId: string) {
      const next = new Set(chosen);
      if (!next.delete(roleId)) next.add(roleId);
      setToggled(next);
    },
    /** These roles with the chosen end; undefined if none of them gets one. */
    offer: (roleIds: readonly string[]): readonly OfferedRole[] | undefined => {
      const offered = (roles ?? [])
        .filter(({ id }) => roleIds.includes(id))
        .map((role) => toOfferedRole(role, end));
      return offered.some((role) => Object.keys(role).length > 1) ? offered : undefined;
    },
    rememberRoles: () => remember("last-roles", [...chosen].join(" ")),
    terms: (): InvitationOptions => ({
      roles: (roles ?? []).filter(({ id }) => chosen.has(id)).map((role) => toOfferedRole(role, end)),
      ...(days === null ? {} : { expiresInDays: Number(days) }),
      ...(note.trim() === "" ? {} : { message: note.trim() }),
    }),
  };
}

/** The owner role has no end. */
function toOfferedRole({ id, system }: RoleView, end: RoleEnd): OfferedRole {
  if (system || end.kind === "none") return { id };
  return end.kind === "days" ? { id, forDays: end.days } : { id, expiresAt: toInstant(end, new Date()) };
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

/**
 * Runs an action as soon as the roles are loaded, so that an early submit isn't lost. After a loading error it refetches
 * the roles instead.
 */
export function useWhenRolesLoaded(
  roles: ReturnType<typeof useRolesQuery>,
  act: (known: readonly RoleView[]) => void,
) {
  const { data, error, refetch } = roles;
  const [isWanted, setWanted] = useState(false);
  const isWaiting = isWanted && data === undefined && error === null;
  const run = useEffectEvent(act);
  useEffect(() => {
    if (!isWanted || isWaiting) return;
    setWanted(false);
    if (data === undefined) void refetch();
    else run(data);
  }, [isWanted, isWaiting, data, refetch]);
  return { isWaiting, setWanted };
}
