/** Why a row was refused, why an undo kept what it created, and why an import failed. */
import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import { useLingui } from "@lingui/react";
import { useItemErrorText } from "../../../lib/api/problem-text.tsx";

const texts: Readonly<Record<string, MessageDescriptor>> = {
  "imports/malformed": msg`The row can’t be read. Check its separators and quotation marks.`,
  "imports/duplicate": msg`The address or external ID is also in an earlier row; that row is used.`,
  "imports/invalid-name": msg`The name can’t be used. Shorten it, and remove special characters.`,
  "imports/invalid-phone": msg`The phone number can’t be used. Write it with digits, like +90 212 555 01 23.`,
  "imports/invalid-external-id": msg`The external ID can’t be used. Use 200 characters or fewer, without line breaks.`,
  "imports/invalid-status": msg`The status is unknown. Write active or suspended, or leave it empty.`,
  "imports/ambiguous-roles": msg`The roles can be read in different ways. Put a semicolon between them.`,
  "imports/too-many-roles": msg`Too many roles. Give 100 at most.`,
  "roles/unknown": msg`There is no role with this name. Create it first, or correct the name.`,
  "users/email-taken": msg`The external ID belongs to another user than the address. Correct one of them.`,
  "invitations/external-id-taken": msg`Someone else has this external ID. Correct it.`,
  "user-imports/signed-in-since": msg`Has signed in since the import. Remove the user in the list, if they should go.`,
  "user-imports/changed-since": msg`Was changed since the import. Remove it in the list, if it should go.`,
  "user-imports/too-many-rows": msg`The file has more than 100,000 rows. Divide it, and import the parts one after the other.`,
  "user-imports/file-lost": msg`The uploaded file is no longer there. Upload it again.`,
};

/** The reason as a sentence. */
export function useRowErrorText(): (failure: { readonly code: string; readonly detail: string }) => string {
  const { i18n } = useLingui();
  const itemErrorText = useItemErrorText();
  return (failure) => {
    const known = Object.hasOwn(texts, failure.code) ? texts[failure.code] : undefined;
    return known === undefined ? itemErrorText(failure) : i18n._(known);
  };
}
