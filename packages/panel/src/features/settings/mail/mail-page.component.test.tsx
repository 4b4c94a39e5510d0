import { type MailFailure, writeMailFailure } from "@gatehouse/sdk/contract";
import { expect, test } from "vitest";
import { page } from "vitest/browser";
import { createMe } from "../../../../test/fixtures.ts";
import { openPage } from "../../../../test/render.tsx";

test.each<["en" | "tr", MailFailure, RegExp]>([
  ["en", "certificate-not-trusted", /The mail server’s certificate is not trusted\./],
  [
    "en",
    "starttls-required",
    /requires STARTTLS, but the encryption could not be started\. “530 5\.7\.0 no”/,
  ],
  ["en", "smtputf8-missing", /does not support SMTPUTF8/],
  ["tr", "certificate-not-trusted", /sertifikasına güvenilmiyor\./],
  ["tr", "starttls-required", /STARTTLS istiyor, ama şifreleme başlatılamadı\. “530 5\.7\.0 no”/],
  ["tr", "smtputf8-missing", /SMTPUTF8 desteklemiyor/],
])("a test e-mail says in “%s” that it failed with %s", async (language, failure, words) => {
  const me = createMe();
  await openPage("/settings/mail", {
    "GET /me": { ...me, account: { ...me.account, language } },
    "GET /organizations/:organizationId/mail": {
      kind: "smtp",
      server: "mail.lodos.example:587",
      isEncrypted: false,
      sender: { name: "Lodos Access", address: "access@lodos.example" },
      worker: "unknown",
      waitingJobs: 0,
    },
    "POST /organizations/:organizationId/mail/test": {
      status: "unavailable",
      to: "elif@lodos.example",
      reason: writeMailFailure(failure, failure === "starttls-required" ? "530 5.7.0 no" : ""),
    },
  });
  await page.getByRole("main").getByRole("button").last().click();
  await expect.element(page.getByText(words)).toBeVisible();
});
