import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { ConflictFrame } from "../../../app/conflicts/conflict-frame.tsx";
import { useLastChange } from "../../../app/conflicts/use-last-change.ts";
import { useOrganization } from "../../../app/session/session.tsx";
import { LinkButton } from "../../../ui/text.tsx";
import { Time } from "../../../ui/time.tsx";
import type { SettingsForm } from "./draft.ts";
import { languageNames } from "./language-names.ts";

interface ConflictNoteProps {
  /** What somebody else changed; null when nobody did. */
  readonly theirs: Partial<SettingsForm> | null;
  readonly form: SettingsForm;
  readonly onTake: (part: Partial<SettingsForm>) => void;
}

/** Somebody else saved meanwhile: what they changed, and the way to take over what both changed. Nothing is lost. */
export function ConflictNote({ theirs, form, onTake }: ConflictNoteProps) {
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
            <Trans>You chose another.</Trans>
          ) : (
            <Trans>You wrote another.</Trans>
          )}{" "}
          <LinkButton onClick={() => onTake({ [field]: theirs[field] })}>
            <Trans>Take theirs</Trans>
          </LinkButton>
        </>
      )}
    </p>
  );
  return (
    <ConflictFrame>
      <p>
        <WhoWasFaster /> <Trans>Your changes are kept, on top of the newest version.</Trans>
      </p>
      {name === undefined ? null : line("name", <Trans>The name is now “{name}”.</Trans>)}
      {language === undefined
        ? null
        : line("language", <Trans>Mails are now in {languageNames[language]}.</Trans>)}
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
              <Trans>No panel is listed now.</Trans>
            ) : (
              <Trans>Addresses of panels are now: {panels}.</Trans>
            ),
          )}
    </ConflictFrame>
  );
}

/** "Ayşe changed the settings 2 minutes ago"; without a name for readers who may not see the log. */
function WhoWasFaster() {
  const last = useLastChange(useOrganization().id, "organizations.edited");
  return (
    <b>
      {last === null ? (
        <Trans>Somebody else changed the settings while you were editing.</Trans>
      ) : last.by === null ? (
        <Trans>
          You changed the settings in another window <Time at={last.at} as="phrase" />.
        </Trans>
      ) : (
        <Trans>
          {last.by} changed the settings <Time at={last.at} as="phrase" />.
        </Trans>
      )}
    </b>
  );
}
