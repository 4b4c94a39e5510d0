/** What is said about a change of many users while it runs and when it has ended. */
import type { UserJobView } from "@gatehouse/sdk/contract";
import type { I18n } from "@lingui/core";
import { msg, plural } from "@lingui/core/macro";

/** "Adding Marketer to 1,204 users". */
export function busyText({ action, role, total }: UserJobView, isUndo: boolean, i18n: I18n): string {
  const name = role?.name ?? "";
  if (isUndo)
    return i18n._(
      msg`${plural(total, { one: "Taking it back for # user", other: "Taking it back for # users" })}`,
    );
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
export function farText({ done, total }: UserJobView, i18n: I18n): string {
  const [come, all] = [i18n.number(done), i18n.number(total)];
  return i18n._(msg`${come} of ${all}`);
}

/** How it ended, in a few sentences: what was changed, what was so before, what could not be changed, what was left. */
export function endText(job: UserJobView, isUndo: boolean, i18n: I18n): string {
  const { status, total, done, succeeded, changed, failed } = job;
  const unchanged = succeeded - changed;
  const left = total - done;
  const sentences = [
    status === "cancelled" ? i18n._(msg`Stopped`) : null,
    status === "failed" ? i18n._(msg`The server gave up before the end`) : null,
    changed > 0 || done === 0 ? changedText(job, isUndo, i18n) : i18n._(msg`Nothing was changed`),
    unchanged > 0 ? unchangedText(job, unchanged, i18n) : null,
    failed > 0
      ? i18n._(
          msg`${plural(failed, { one: "# user couldn’t be changed", other: "# users couldn’t be changed" })}`,
        )
      : null,
    left > 0
      ? i18n._(
          msg`${plural(left, { one: "# user was left as they were", other: "# users were left as they were" })}`,
        )
      : null,
  ];
  const said = sentences.filter((sentence) => sentence !== null);
  return said.length === 1 ? said.join("") : `${said.join(". ")}.`;
}

function changedText({ action, role, changed }: UserJobView, isUndo: boolean, i18n: I18n): string {
  const name = role?.name ?? "";
  if (isUndo)
    return i18n._(msg`${plural(changed, { one: "Taken back for # user", other: "Taken back for # users" })}`);
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

function unchangedText({ action }: UserJobView, unchanged: number, i18n: I18n): string {
  switch (action) {
    case "add-role":
      return i18n._(
        msg`${plural(unchanged, { one: "# user had the role already", other: "# users had the role already" })}`,
      );
    case "remove-role":
      return i18n._(
        msg`${plural(unchanged, { one: "# user didn’t have the role", other: "# users didn’t have the role" })}`,
      );
    case "suspend":
      return i18n._(
        msg`${plural(unchanged, { one: "# user was suspended already", other: "# users were suspended already" })}`,
      );
    case "restore":
      return i18n._(
        msg`${plural(unchanged, { one: "# user had access already", other: "# users had access already" })}`,
      );
  }
}
