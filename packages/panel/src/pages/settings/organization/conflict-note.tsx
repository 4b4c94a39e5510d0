import { Trans } from "@lingui/react/macro";
import { LinkButton } from "../../../ui/text.tsx";
import type { SettingsForm } from "./draft.ts";
import styles from "./organization.module.css";

interface ConflictNoteProps {
  /** Null when nobody else saved; empty when they changed other fields. */
  readonly theirs: Partial<SettingsForm> | null;
  readonly onTake: (part: Partial<SettingsForm>) => void;
}

/** Somebody else saved meanwhile: nothing is lost, and what both changed can be taken over. */
export function ConflictNote({ theirs, onTake }: ConflictNoteProps) {
  if (theirs === null) return null;
  const { name, language, days, domains } = theirs;
  return (
    <div role="alert" className={styles["conflict"]}>
      <p>
        <b>
          <Trans>Somebody else changed the settings while you were editing.</Trans>
        </b>{" "}
        <Trans>What they changed is shown above; what you changed is kept.</Trans>
      </p>
      {name === undefined ? null : (
        <p>
          <Trans>They wrote the name “{name}”.</Trans> <Take onPress={() => onTake({ name })} />
        </p>
      )}
      {language === undefined ? null : (
        <p>
          <Trans>They chose another language.</Trans> <Take onPress={() => onTake({ language })} />
        </p>
      )}
      {days === undefined ? null : (
        <p>
          <Trans>They chose {days} days.</Trans> <Take onPress={() => onTake({ days })} />
        </p>
      )}
      {domains === undefined ? null : (
        <p>
          <Trans>They allowed: {domains}.</Trans> <Take onPress={() => onTake({ domains })} />
        </p>
      )}
    </div>
  );
}

function Take({ onPress }: { readonly onPress: () => void }) {
  return (
    <LinkButton onClick={onPress}>
      <Trans>Take theirs</Trans>
    </LinkButton>
  );
}
