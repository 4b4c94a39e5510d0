import { expect, test } from "vitest";
import { type MailFailure, mailFailures, readMailFailure, writeMailFailure } from "./mail-failures.ts";

const all = Object.keys(mailFailures) as MailFailure[];

test.each(all)("%s is read as it was written, alone and with the mail server's words", (failure) => {
  expect(readMailFailure(writeMailFailure(failure))).toEqual({ failure, said: "" });
  const said = "535 5.7.8 Error: It said: no";
  expect(readMailFailure(writeMailFailure(failure, said))).toEqual({ failure, said });
});

test("words of the mail server alone stay as they are", () => {
  const said = "550 No such mailbox here";
  expect(readMailFailure(said)).toEqual({ failure: null, said });
});
