import { expect, test } from "vitest";
import { type MailFailure, mailFailures, readMailFailure, writeMailFailure } from "./mail.ts";

const all = Object.keys(mailFailures) as MailFailure[];

test.each(all)("%s is parsed as it was written, alone and with the mail server's response", (failure) => {
  expect(readMailFailure(writeMailFailure(failure))).toEqual({ failure, said: "" });
  const said = "535 5.7.8 Error: It said: no";
  expect(readMailFailure(writeMailFailure(failure, said))).toEqual({ failure, said });
});

test.each([
  ["The mail server did not take the mail in time.", "not-accepted", ""],
  [
    "The mail server refused the user name and password in SMTP_URL. It said: 535 no",
    "wrong-password",
    "535 no",
  ],
])("a text that an earlier version has stored is still parsed: %s", (text, failure, said) => {
  expect(readMailFailure(text)).toEqual({ failure, said });
});

test("a mail server's response alone is unchanged", () => {
  const said = "550 No such mailbox here";
  expect(readMailFailure(said)).toEqual({ failure: null, said });
});
