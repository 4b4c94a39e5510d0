import { parseEmail } from "@gatehouse/sdk/contract";
import { expect, test } from "vitest";
import { createSecrets } from "../../ports/secrets.ts";
import {
  deliveryAtFirst,
  expiryAfter,
  isExpired,
  linkFor,
  messageIdFor,
  readToken,
  statusOf,
  tokenFor,
  wordsForFault,
} from "./rules.ts";

const secrets = createSecrets("a secret key of thirty-two characters or more");
const subject = {
  organizationId: "0199d0c5-6a3e-7b1c-8d2f-3e4a5b6c7d8e",
  invitationId: "0199d0c5-7000-7fff-9000-0123456789ab",
  generation: 37,
};
const expiresAt = new Date("2026-11-30T12:00:00.000Z");

test("an invitation works until the millisecond before its expiry", () => {
  expect(isExpired({ expiresAt }, new Date("2026-11-30T11:59:59.999Z"))).toBe(false);
  expect(isExpired({ expiresAt }, expiresAt)).toBe(true);
});

test.each([
  ["pending", -1, "pending"],
  ["pending", 0, "expired"],
  ["accepted", 0, "accepted"],
  ["revoked", 0, "revoked"],
] as const)("a %s invitation seen %d ms from its expiry is %s", (status, offset, seen) => {
  expect(statusOf({ status, expiresAt }, new Date(expiresAt.getTime() + offset))).toBe(seen);
});

test("days are counted as 24 hours each", () => {
  expect(expiryAfter(new Date("2026-03-28T12:00:00Z"), 7)).toEqual(new Date("2026-04-04T12:00:00Z"));
});

test("a mail is queued only where a mail server is configured and a mail is wanted", () => {
  expect(deliveryAtFirst(true, "smtp")).toBe("queued");
  expect(deliveryAtFirst(true, "files")).toBe("not-configured");
  expect(deliveryAtFirst(false, "smtp")).toBe("not-configured");
});

test("a token names its organization, invitation and generation, and is the same each time", () => {
  const token = tokenFor(secrets, subject);

  expect(token).toMatch(/^0199d0c56a3e7b1c8d2f3e4a5b6c7d8e0199d0c570007fff90000123456789ab\.11\.[\w-]{43}$/);
  expect(tokenFor(secrets, subject)).toBe(token);
  expect(readToken(secrets, token)).toEqual(subject);
});

test("no change of a single character leaves a token valid", () => {
  const token = tokenFor(secrets, subject);

  for (let at = 0; at < token.length; at++) {
    for (const other of ["A", "a", "0", "1", "f", "_", "-", "."]) {
      const forged = `${token.slice(0, at)}${other}${token.slice(at + 1)}`;
      if (forged !== token) expect(readToken(secrets, forged), forged).toBeNull();
    }
  }
});

test("only the text that was made passes: no padding, case variant, leading zero or surroundings", () => {
  const token = tokenFor(secrets, subject);
  const variants = [
    ` ${token}`,
    `${token}\n`,
    `${token}=`,
    token.toUpperCase(),
    token.replace(".11.", ".011."),
    "",
  ];

  for (const variant of variants) expect(readToken(secrets, variant), variant).toBeNull();
});

test("a token of another installation, purpose or generation means nothing here", () => {
  const elsewhere = createSecrets("the secret key of another installation, as long");
  const message = `${subject.organizationId}:${subject.invitationId}:${subject.generation}`;
  const head = tokenFor(secrets, subject).slice(0, -43);

  expect(readToken(secrets, tokenFor(elsewhere, subject))).toBeNull();
  expect(readToken(secrets, `${head}${secrets.sign("password-reset", message)}`)).toBeNull();
  expect(readToken(secrets, tokenFor(secrets, subject).replace(".11.", ".12."))).toBeNull();
});

test("the link leads to the accept page below the public address, with the token in the fragment", () => {
  expect(linkFor("https://access.lodos.example", "abc")).toBe("https://access.lodos.example/accept#abc");
});

test("a mail's Message-ID names the invitation and its generation at the public host", () => {
  expect(messageIdFor("https://access.lodos.example:8443", subject)).toBe(
    `<${subject.invitationId}.37@access.lodos.example>`,
  );
});

test.each([
  ["", "Write an address"],
  ["a@b.example, c@d.example", "one address"],
  ['"quoted"@b.example', "quotation marks"],
  [`${"x".repeat(300)}@b.example`, "254 characters"],
  ["name@company", "incomplete"],
  ["name", "missing beside the @"],
  ["na(me)@company.example", "character"],
  ["na\u200Bme@company.example", "character (U+200B)"],
])("the address %j is refused with words that help", (text, words) => {
  const result = parseEmail(text);

  expect(result.ok).toBe(false);
  if (!result.ok) expect(wordsForFault(result.fault, text)).toContain(words);
});
