import { readFileSync } from "node:fs";
import { domainToASCII, domainToUnicode } from "node:url";
import { expect, test } from "vitest";
import {
  displayDomain,
  displayEmail,
  invisibleIn,
  parseEmail,
  parseEmailDomain,
} from "../src/contract/email.ts";

test.each([
  ["user@münchen.example", "user@xn--mnchen-3ya.example"],
  ["user@MÜNCHEN.example", "user@xn--mnchen-3ya.example"],
  ["user@mu\u0308nchen.example", "user@xn--mnchen-3ya.example"],
  ["user@XN--MNCHEN-3YA.Example", "user@xn--mnchen-3ya.example"],
  ["user@ﬁrma.example", "user@firma.example"],
  ["user@ｆｉｒｍａ.example", "user@firma.example"],
  ["user@firma。example", "user@firma.example"],
  ["user@straße.example", "user@xn--strae-oqa.example"],
  ["Ünal@firma.example", "ünal@firma.example"],
])("parses %s as the mailbox %s", (text, email) => {
  expect(parseEmail(text)).toEqual({ ok: true, email });
  expect(parseEmail(email)).toEqual({ ok: true, email });
});

test.each([
  "उदाहरण.भारत",
  "example.भारत",
  "example.ಭಾರತ",
  "example.ভারত",
  "example.বাংলা",
  "例え.テスト",
  "مثال.إختبار",
])("accepts the domain %s with combining marks", (domain) => {
  expect(parseEmail(`info@${domain}`)).toEqual({ ok: true, email: `info@${domainToASCII(domain)}` });
});

test("converts every domain as Node does", () => {
  const letters = [..."aZ9-äßΣςŻıжиเกिഅ語がﬀＡ①½ªª"];
  for (let seed = 1; seed < 400; seed += 1) {
    const label = Array.from({ length: 5 }, (_, place) => letters[(seed * 7 ** place) % letters.length]).join(
      "",
    );
    const ascii = domainToASCII(`${label}.example`);
    const parsed = parseEmailDomain(`${label}.example`);
    if (parsed !== null) expect(parsed).toBe(ascii);
    else expect(ascii).toMatch(/^$|^-|-\.example$|[^a-z0-9.-]/);
  }
});

test.each([
  "\u200Bowner@acme.test",
  "\uFEFFowner@acme.test\u200B",
  "\u2060 owner@acme.test \u200E",
  "\u00ADowner@acme.test",
])("removes invisible characters around %j", (text) => {
  expect(parseEmail(text)).toEqual({ ok: true, email: "owner@acme.test" });
});

test.each([
  ["ow\u200Bner@acme.test", "U+200B"],
  ["owner@ac\u00ADme.test", "U+00AD"],
  ["owner\uFE0F@acme.test", "U+FE0F"],
  ["own\u202Eer@acme.test", "U+202E"],
  ["owner@\u{E0001}acme.test", "U+E0001"],
])("rejects %j and returns the invisible character", (text, character) => {
  expect(parseEmail(text)).toEqual({ ok: false, fault: "invisible" });
  expect(invisibleIn(` ${text}\u200B`)).toBe(character);
});

test("maps a dotted capital I to i", () => {
  for (const text of ["İRMAK@x.example", "I\u0307RMAK@x.example", "i\u0307rmak@x.example", "IRMAK@X.EXAMPLE"])
    expect(parseEmail(text)).toEqual({ ok: true, email: "irmak@x.example" });
  expect(parseEmail("info@İSTANBUL.example")).toEqual({ ok: true, email: "info@istanbul.example" });
  expect(parseEmail("ırmak@x.example")).toEqual({ ok: true, email: "ırmak@x.example" });
});

test.each([
  ["user@1.2.3.4", "no-ending"],
  ["user@0x7f.1", "no-ending"],
  ["user@a..example", "no-ending"],
  ["user@firma.example.", "no-ending"],
  ["user@firma", "no-ending"],
  ["user@firma.123", "no-ending"],
  ["user@-firma.example", "characters"],
  ["user@fir%6da.example", "characters"],
  ["user@firma.example/path", "characters"],
  ["user@firma.example:25", "characters"],
  ["user@[::1]", "characters"],
  ["user@\u0301a.example", "characters"],
  [`user@${"ü".repeat(63)}.example`, "characters"],
  [`user@${"a".repeat(300)}.example`, "too-long"],
  [`${"a".repeat(65)}@firma.example`, "too-long"],
])("rejects %s: %s", (text, fault) => {
  expect(parseEmail(text)).toEqual({ ok: false, fault });
});

test.each([
  "münchen.example",
  "例え.テスト",
  "example.भारत",
  "straße.example",
  "москва.example",
  "ab--c.example",
])("displays the domain %s in Unicode", (domain) => {
  expect(displayDomain(domainToASCII(domain))).toBe(domain);
  expect(displayDomain(domainToASCII(domain))).toBe(domainToUnicode(domainToASCII(domain)));
  expect(displayEmail(`user@${domainToASCII(domain)}`)).toBe(`user@${domain}`);
});

test("displays a label with mixed scripts or invalid Punycode in ASCII", () => {
  const imitation = domainToASCII("аcme.example"); // its first letter is Cyrillic
  expect(displayEmail(`user@${imitation}`)).toBe(`user@${imitation}`);
  expect(displayEmail("user@xn--\u00FC.example")).toBe("user@xn--\u00FC.example");
  expect(displayEmail("user@xn--99999999999.example")).toBe("user@xn--99999999999.example");
  expect(displayEmail("not an address")).toBe("not an address");
});

/** The addresses of a fixture, one a line. */
const readFixture = (name: string): readonly string[] =>
  readFileSync(new URL(`fixtures/${name}.txt`, import.meta.url), "utf8")
    .split("\n")
    .filter((line) => line !== "");

test("the same mailbox in two spellings is one address", () => {
  const [unicode, ascii, ligature, letters] = readFixture("email-same-mailbox-pairs").map(parseEmail);
  expect(unicode).toEqual({ ok: true, email: "user@xn--mnchen-3ya.example" });
  expect(ascii).toEqual(unicode);
  expect(ligature).toEqual({ ok: true, email: "user@firma.example" });
  expect(letters).toEqual(ligature);
});

test.each(readFixture("email-indic-tld"))("accepts %s and displays it as typed", (text) => {
  const domain = text.slice(text.indexOf("@") + 1);
  const email = `${text.slice(0, text.indexOf("@"))}@${domainToASCII(domain)}`;
  expect(parseEmail(text)).toEqual({ ok: true, email });
  expect(displayEmail(email)).toBe(text);
});

test("removes a pasted invisible character in front of an address", () => {
  const [pasted = ""] = readFixture("email-zero-width");
  expect(pasted.codePointAt(0)).toBe(0x200b);
  expect(parseEmail(pasted)).toEqual({ ok: true, email: "owner@acme.test" });
});

test("reads capitals of a Turkish keyboard as the mailbox that was meant", () => {
  expect(readFixture("email-turkish-caps").map(parseEmail)).toEqual([{ ok: true, email: "irmak@x.example" }]);
});
