import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { ConflictAlert, useLastChange } from "../../../lib/edit-conflict.tsx";
import { useOrganization } from "../../../lib/session/session.tsx";
import { Time } from "../../../ui/data-display/time.tsx";
import { LinkButton } from "../../../ui/text.tsx";
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
  if (theirs === null) return null;
  const { name, language, days, domains, panels } = theirs;
  const count = t`${plural(Number(days ?? 0), { one: "# day", other: "# days" })}`;
  const line = <F extends keyof SettingsForm>(field: F, said: ReactNode) => (
    <p>
      {said}{" "}
      {form[field] === theirs[field] ? null : (
        <>
          {field === "language" || field === "days" ? (
            <Trans>Yours is different.</Trans>
          ) : (
            <Trans>Yours is different.</Trans>
          )}{" "}
          <LinkButton onClick={() => onUseTheirs({ [field]: theirs[field] })}>
            <Trans>Use theirs</Trans>
          </LinkButton>
        </>
      )}
    </p>
  );
  return (
    <ConflictAlert>
      <p>
        <ChangedBy /> <Trans>Your changes are kept and applied to the latest version.</Trans>
      </p>
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
    </ConflictAlert>
  );
}

/** "Ayşe changed the settings 2 minutes ago"; without a name for readers who can't view the audit log. */
function ChangedBy() {
  const last = useLastChange(useOrganization().id, "organizations.edited");
  return (
    <b>
      {last === null ? (
        <Trans>Someone else changed the settings while you were editing.</Trans>
      ) : last.changedBy === null ? (
        <Trans>
          You changed the settings in another window <Time at={last.at} as="phrase" />.
        </Trans>
      ) : (
        <Trans>
          {last.changedBy} changed the settings <Time at={last.at} as="phrase" />.
        </Trans>
      )}
    </b>
  );
}
