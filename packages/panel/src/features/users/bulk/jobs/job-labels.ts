/** Status texts of bulk jobs. */
import type { UserJobView } from "@gatehouse/sdk/contract";
import type { I18n } from "@lingui/core";
import { msg, plural } from "@lingui/core/macro";

/** "Adding Marketer to 1,204 users". */
export function formatRunning({ action, role, total }: UserJobView, isUndo: boolean, i18n: I18n): string {
  const name = role?.name ?? "";
  if (isUndo)
    return i18n._(msg`${plural(total, { one: "Undoing for # user", other: "Undoing for # users" })}`);
  switch (action) {
    case "add-role":
      return i18n._(
        msg`${plural(total, { one: `Adding ${name} to # user`, other: `Adding ${name} to # users` })}`,
      );
    case "remove-role":
      return i18n._(
        msg`${plural(total, { one: `Removing ${name} from # user`, other: `Removing ${name} from # users` })}`,
      );
    case "suspend":
      return i18n._(msg`${plural(total, { one: "Suspending # user", other: "Suspending # users" })}`);
    case "restore":
      return i18n._(
        msg`${plural(total, { one: "Restoring access for # user", other: "Restoring access for # users" })}`,
      );
  }
}

/** "312 of 1,204". */
export function formatProgress({ done, total }: UserJobView, i18n: I18n): string {
  const [come, all] = [i18n.number(done), i18n.number(total)];
  return i18n._(msg`${come} of ${all}`);
}

/** The result in sentences: changed, unchanged, failed and remaining users. */
export function formatEnd(job: UserJobView, isUndo: boolean, i18n: I18n): string {
  const { status, total, done, succeeded, changed, failed } = job;
  const unchanged = succeeded - changed;
  const left = total - done;
  const sentences = [
    status === "cancelled" ? i18n._(msg`Stopped`) : null,
    status === "failed" ? i18n._(msg`The server stopped before the end`) : null,
    changed > 0 || done === 0 ? formatChanged(job, isUndo, i18n) : i18n._(msg`Nothing was changed`),
    unchanged > 0 ? formatUnchanged(job, unchanged, i18n) : null,
    failed > 0
      ? i18n._(
          msg`${plural(failed, { one: "# user couldn’t be changed", other: "# users couldn’t be changed" })}`,
        )
      : null,
    left > 0
      ? i18n._(msg`${plural(left, { one: "# user was skipped", other: "# users were skipped" })}`)
      : null,
  ];
  const shown = sentences.filter((sentence) => sentence !== null);
  return shown.length === 1 ? shown.join("") : `${shown.join(". ")}.`;
}

function formatChanged({ action, role, changed }: UserJobView, isUndo: boolean, i18n: I18n): string {
  const name = role?.name ?? "";
  if (isUndo)
    return i18n._(msg`${plural(changed, { one: "Undone for # user", other: "Undone for # users" })}`);
  switch (action) {
    case "add-role":
      return i18n._(
        msg`${plural(changed, { one: `${name} added to # user`, other: `${name} added to # users` })}`,
      );
    case "remove-role":
      return i18n._(
        msg`${plural(changed, { one: `${name} removed from # user`, other: `${name} removed from # users` })}`,
      );
    case "suspend":
      return i18n._(
        msg`${plural(changed, { one: "# user suspended and signed out", other: "# users suspended and signed out" })}`,
      );
    case "restore":
      return i18n._(
        msg`${plural(changed, { one: "# user has access again", other: "# users have access again" })}`,
      );
  }
}

function formatUnchanged({ action }: UserJobView, unchanged: number, i18n: I18n): string {
  switch (action) {
    case "add-role":
      return i18n._(
        msg`${plural(unchanged, { one: "# user already had the role", other: "# users already had the role" })}`,
      );
    case "remove-role":
      return i18n._(
        msg`${plural(unchanged, { one: "# user didn’t have the role", other: "# users didn’t have the role" })}`,
      );
    case "suspend":
      return i18n._(
        msg`${plural(unchanged, { one: "# user was already suspended", other: "# users were already suspended" })}`,
      );
    case "restore":
      return i18n._(
        msg`${plural(unchanged, { one: "# user already had access", other: "# users already had access" })}`,
      );
  }
}
