import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { ConflictField, ConflictNote } from "../../../lib/edit-conflict.tsx";
import { useOrganization } from "../../../lib/session/session.tsx";
import { languageNames, type SettingsForm } from "./settings-draft.ts";

interface SettingsConflictNoteProps {
  /** What another user changed, or null. */
  readonly theirs: Partial<SettingsForm> | null;
  readonly form: SettingsForm;
  readonly onUseTheirs: (part: Partial<SettingsForm>) => void;
}

/** What another user saved in the meantime; fields that both changed can be replaced with theirs. */
export function SettingsConflictNote({ theirs, form, onUseTheirs }: SettingsConflictNoteProps) {
  const { t } = useLingui();
  const { id: organizationId } = useOrganization();
  if (theirs === null) return null;
  const { name, language, days, domains, panels, defaultPanel } = theirs;
  const count = t`${plural(Number(days ?? 0), { one: "# day", other: "# days" })}`;
  const line = <F extends keyof SettingsForm>(field: F, text: ReactNode) => (
    <ConflictField
      onUseTheirs={form[field] === theirs[field] ? null : () => onUseTheirs({ [field]: theirs[field] })}
    >
      {text}
    </ConflictField>
  );
  return (
    <ConflictNote changedBy={{ target: organizationId, action: "organizations.edited" }}>
      {name === undefined ? null : line("name", <Trans>The name is now “{name}”.</Trans>)}
      {language === undefined
        ? null
        : line("language", <Trans>E-mails are now in {languageNames[language]}.</Trans>)}
      {days === undefined ? null : line("days", <Trans>Invitations now work for {count}.</Trans>)}
      {domains === undefined
        ? null
        : line(
            "domains",
            domains === "" ? (
              <Trans>Any e-mail domain is allowed now.</Trans>
            ) : (
              <Trans>Allowed e-mail domains are now: {domains}.</Trans>
            ),
          )}
      {panels === undefined
        ? null
        : line(
            "panels",
            panels === "" ? (
              <Trans>There are no panel addresses now.</Trans>
            ) : (
              <Trans>Panel addresses are now: {panels}.</Trans>
            ),
          )}
      {defaultPanel === undefined || defaultPanel === ""
        ? null
        : line("defaultPanel", <Trans>After joining, people now open {defaultPanel}.</Trans>)}
    </ConflictNote>
  );
}
