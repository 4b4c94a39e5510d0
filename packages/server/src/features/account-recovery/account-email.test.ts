import { expect, test } from "vitest";
import type { SecondFactorChange } from "../../jobs/queues.ts";
import { type AccountEmail, renderAccountEmail } from "./account-email.ts";

const common = { to: "ada@xn--mnchen-3ya.example", link: "https://gatehouse.example/reset#token" };
const at = new Date("2026-03-02T09:30:00Z");

const changes: readonly SecondFactorChange[] = [
  { kind: "totp-added" },
  { kind: "totp-replaced" },
  { kind: "totp-removed" },
  { kind: "passkey-added", name: "<b>Acme</b>" },
  { kind: "passkey-removed", name: "<b>Acme</b>" },
  { kind: "recovery-codes-created" },
  { kind: "recovery-code-used", left: 1 },
  { kind: "removed-for-you", organization: "<b>Acme</b>" },
  { kind: "removed-for-you", organization: null },
];

const emails = (language: "en" | "tr"): readonly AccountEmail[] => [
  { ...common, language, type: "password-reset", expiresAt: at, organization: null },
  { ...common, language, type: "password-reset", expiresAt: at, organization: "<b>Acme</b>" },
  { ...common, language, type: "password-changed", at, expiresAt: at },
  {
    ...common,
    language,
    type: "new-device",
    at,
    expiresAt: at,
    device: "Chrome, Windows",
    ip: "192.0.2.1",
    isNewNetwork: true,
  },
  { ...common, language, type: "confirm-email", expiresAt: at },
  { ...common, language, type: "undo-email", expiresAt: at, newEmail: "new@example.test" },
  ...changes.map((change) => ({
    ...common,
    language,
    type: "second-factor" as const,
    at,
    expiresAt: at,
    change,
  })),
];

test.each(["en", "tr"] as const)(
  "every email in %s has its link, its time, the recipient and escaped names",
  (language) => {
    for (const email of emails(language)) {
      const { subject, text, html } = renderAccountEmail(email);
      expect(subject).toMatch(/Gatehouse/);
      expect(text).toContain(common.link);
      expect(html).toContain(`href="${common.link}"`);
      expect(text).toContain("09:30 (UTC)");
      expect(text).toContain("ada@münchen.example");
      expect(html).not.toContain("<b>Acme");
      expect(html).not.toContain("<h2");
    }
  },
);

test("every change of second factors has a separate text", () => {
  for (const language of ["en", "tr"] as const) {
    const texts = emails(language)
      .slice(-changes.length)
      .map((email) => renderAccountEmail(email).text);
    expect(new Set(texts).size).toBe(changes.length);
  }
});

test("the email to the old address names the new one", () => {
  const undo = emails("en").find(({ type }) => type === "undo-email");
  expect(undo && renderAccountEmail(undo).text).toContain("Once new@example.test is confirmed");
});
