/** Localized reasons why an email could not be sent. */
import { type MailFailure, readMailFailure } from "@gatehouse/sdk/contract";
import type { I18n, MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";

const failures: Readonly<Record<MailFailure, MessageDescriptor>> = {
  "connection-lost": msg`The mail server closed the connection.`,
  timeout: msg`The mail server did not respond in time.`,
  "not-accepted": msg`The mail server did not accept the e-mail in time.`,
  "unknown-host": msg`The mail server’s name could not be found.`,
  unreachable: msg`The mail server could not be reached.`,
  "not-secure": msg`No secure connection to the mail server could be made.`,
  "certificate-not-trusted": msg`The mail server’s certificate is not trusted.`,
  "certificate-expired": msg`The mail server’s certificate has expired or is not valid yet.`,
  "certificate-other-host": msg`The mail server’s certificate is for another host name.`,
  "starttls-required": msg`The mail server requires STARTTLS, but the encryption could not be started.`,
  "smtputf8-missing": msg`The mail server does not support SMTPUTF8, so it can’t deliver to addresses with letters such as ü before the @.`,
  "wrong-password": msg`The mail server rejected the user name and password.`,
  "password-missing": msg`The mail server requires a user name and password.`,
  "not-smtp": msg`The server at this address is not a mail server.`,
  "not-sent": msg`The e-mail could not be delivered to the mail server.`,
  "not-written": msg`The e-mail could not be saved in the data folder.`,
  interrupted: msg`The last attempt ended before the mail server responded.`,
  expired: msg`The invitation expired before its e-mail could be sent.`,
};

/** The localized reason, followed by the mail server's reply where it has one. */
export function formatEmailFailure(text: string, i18n: I18n): string {
  const { failure, said } = readMailFailure(text);
  if (failure === null) return said;
  const reason = i18n._(failures[failure]);
  return said === "" ? reason : `${reason} “${said}”`;
}
