import { expect, test } from "vitest";
import { describeSmtpFailure, retryWithStartTls } from "./smtp-failure.ts";

const replyTo = (command: string, response: string) =>
  describeSmtpFailure(Object.assign(new Error("x"), { code: "EENVELOPE", command, response }));

test.each([
  ["RCPT TO", "550 5.1.1 No such user", true],
  ["RCPT TO", "550 No such user", true],
  ["RCPT TO", "553 5.1.3 Bad address", true],
  ["DATA", "554 5.7.1 Looks like spam", true],
  ["DATA", "552 5.3.4 Message too big", true],
  // Temporary by their code.
  ["RCPT TO", "450 4.2.1 Greylisted", false],
  ["RCPT TO", "421 4.3.0 Closing", false],
  ["DATA", "451 Try later", false],
  // Permanent by their reply code alone.
  ["RCPT TO", "550 4.2.1 Try later", false],
  ["RCPT TO", "552 Too many recipients", false],
  ["RCPT TO", "552 5.2.2 Mailbox full", false],
  ["RCPT TO", "550 5.2.2 Mailbox full", false],
  ["DATA", "554 5.3.2 System not accepting messages", false],
  // About the server or the account.
  ["MAIL FROM", "553 5.7.1 Sender not allowed", false],
  ["RCPT TO", "530 5.7.0 Must issue a STARTTLS command first", false],
  ["RCPT TO", "530 5.7.0 Authentication required", false],
  ["EHLO", "554 5.7.1 Blocked", false],
])("after %s the response %j is final: %s", (command, response, isFinal) => {
  expect(replyTo(command, response).isFinal).toBe(isFinal);
});

test.each([
  ["530 5.7.0 Must issue a STARTTLS command first", "starttls-required"],
  ["530 Need TLS", "starttls-required"],
  ["538 5.7.11 Encryption required for requested authentication mechanism", "starttls-required"],
  ["554 5.7.10 Encryption Needed", "starttls-required"],
  ["530 5.7.0 Authentication required", "password-missing"],
  ["530 5.5.1 Please log in first", "password-missing"],
  ["550 5.6.7 Non-ASCII addresses not permitted", "smtputf8-missing"],
  ["553 5.6.9 UTF-8 header message can't be transferred", "smtputf8-missing"],
  ["550 5.1.1 No such user", null],
  ["250 2.6.7 Odd", null],
])("the response %j means %s", (response, failure) => {
  expect(replyTo("MAIL FROM", response)).toMatchObject({ failure });
});

test.each([
  ["ESOCKET", "DEPTH_ZERO_SELF_SIGNED_CERT", "x", "certificate-not-trusted"],
  ["ESOCKET", "UNABLE_TO_VERIFY_LEAF_SIGNATURE", "x", "certificate-not-trusted"],
  ["ESOCKET", "CERT_HAS_EXPIRED", "x", "certificate-expired"],
  ["ESOCKET", "ERR_TLS_CERT_ALTNAME_INVALID", "x", "certificate-other-host"],
  ["ESOCKET", "ERR_SSL_WRONG_VERSION_NUMBER", "x", "not-secure"],
  [
    "ETLS",
    undefined,
    "Error initiating TLS - unable to get local issuer certificate",
    "certificate-not-trusted",
  ],
  ["ETLS", undefined, "Error initiating TLS - certificate is not yet valid", "certificate-expired"],
  ["ETLS", undefined, "Error initiating TLS - socket hang up", "not-secure"],
  ["ESOCKET", "ECONNREFUSED", "connect ECONNREFUSED 127.0.0.1:1", "unreachable"],
  ["EDNS", "ENOTFOUND", "x", "unknown-host"],
  ["ETIMEDOUT", undefined, "x", "timeout"],
  ["?", undefined, "x", "not-sent"],
])("the error %s %s %j means %s", (code, originalCode, words, failure) => {
  const error = Object.assign(new Error(words), { code, originalCode });
  expect(describeSmtpFailure(error)).toMatchObject({ failure, isFinal: false });
});

const demand = Object.assign(new Error("x"), { response: "530 Must issue a STARTTLS command first" });

test("tries STARTTLS once, and only when the server demands it and the URL doesn't", async () => {
  const tries: boolean[] = [];
  const attempt = async (requireTls: boolean) => {
    tries.push(requireTls);
    throw requireTls ? Object.assign(new Error("x"), { code: "ETLS" }) : demand;
  };
  await expect(retryWithStartTls("offered", attempt)).rejects.toBe(demand);
  expect(tries.splice(0)).toEqual([false, true]);
  await expect(retryWithStartTls("required", attempt)).rejects.toMatchObject({ code: "ETLS" });
  expect(tries.splice(0)).toEqual([true]);
  await expect(retryWithStartTls("always", attempt)).rejects.toBe(demand);
  expect(tries.splice(0)).toEqual([false]);
});
