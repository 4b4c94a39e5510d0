/** Texts about imports. */
import type { ImportField, UserImportView } from "@gatehouse/sdk/contract";
import type { I18n } from "@lingui/core";
import { msg, plural } from "@lingui/core/macro";

/** Whether the server works on it. */
export function isWorking({ status }: Pick<UserImportView, "status">): boolean {
  return status === "checking" || status === "running" || status === "undoing";
}

/** The name of a field. */
export function formatField(field: ImportField, i18n: I18n): string {
  switch (field) {
    case "email":
      return i18n._(msg`E-mail`);
    case "name":
      return i18n._(msg`Full name`);
    case "firstName":
      return i18n._(msg`First name`);
    case "lastName":
      return i18n._(msg`Last name`);
    case "roles":
      return i18n._(msg`Roles`);
    case "externalId":
      return i18n._(msg`External ID`);
    case "phone":
      return i18n._(msg`Phone`);
    case "status":
      return i18n._(msg`Status`);
  }
}

/** What happens now: "Checking the rows". */
export function formatWork({ status }: Pick<UserImportView, "status">, i18n: I18n): string {
  if (status === "checking") return i18n._(msg`Checking the rows`);
  return status === "running" ? i18n._(msg`Importing`) : i18n._(msg`Undoing`);
}

/** Progress of the work; `total` is null until the file was read. */
export function readProgress(one: UserImportView): { readonly done: number; readonly total: number | null } {
  return one.status === "undoing"
    ? { done: one.removed + one.kept, total: one.created }
    : { done: one.done, total: one.total };
}

/** "312 of 1,204". */
export function formatProgress(one: UserImportView, i18n: I18n): string {
  const { done, total } = readProgress(one);
  if (total === null) return i18n._(msg`Reading the file`);
  const [come, all] = [i18n.number(done), i18n.number(total)];
  return i18n._(msg`${come} of ${all}`);
}

/** The result in a few words, for the list: "1,204 invited". */
export function formatResult(one: UserImportView, i18n: I18n): string {
  const { status, created, removed } = one;
  if (status === "uploaded" || status === "checked") return i18n._(msg`Not imported yet`);
  if (status === "undone")
    return one.as === "invitations"
      ? i18n._(msg`${plural(removed, { one: "# invitation revoked", other: "# invitations revoked" })}`)
      : i18n._(msg`${plural(removed, { one: "# user removed", other: "# users removed" })}`);
  if (one.startedAt === null) return i18n._(msg`Nothing was imported`);
  return one.as === "invitations"
    ? i18n._(msg`${plural(created, { one: "# person invited", other: "# people invited" })}`)
    : i18n._(msg`${plural(created, { one: "# user created", other: "# users created" })}`);
}
