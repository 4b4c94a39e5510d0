/** Why a mail could not be handed over, in the reader's language. */
import { type MailFailure, readMailFailure } from "@gatehouse/sdk/contract";
import type { I18n, MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";

const failures: Readonly<Record<MailFailure, MessageDescriptor>> = {
  "connection-lost": msg`The mail server broke off the connection.`,
  "no-answer": msg`The mail server did not answer in time.`,
  "not-taken": msg`The mail server did not take the mail in time.`,
  "unknown-host": msg`The mail server’s name could not be found.`,
  unreachable: msg`The mail server could not be reached.`,
  "not-secure": msg`No secure connection to the mail server could be made.`,
  "wrong-password": msg`The mail server refused the user name and password.`,
  "password-missing": msg`The mail server wants a user name and password.`,
  "not-smtp": msg`What answers there is not a mail server.`,
  "not-handed-over": msg`The mail could not be handed to the mail server.`,
  "not-written": msg`The mail could not be written into the data folder.`,
  "broken-off": msg`The last try broke off before the mail server answered.`,
  expired: msg`The invitation expired before its mail could be sent.`,
};

/** A reason in one text: ours in the reader's language, then the mail server's own words where it said any. */
export function mailFailureInWords(text: string, i18n: I18n): string {
  const { failure, said } = readMailFailure(text);
  if (failure === null) return said;
  const reason = i18n._(failures[failure]);
  return said === "" ? reason : `${reason} “${said}”`;
}
