import { expect, test } from "vitest";
import { page } from "vitest/browser";
import { openPage } from "../../../../test/render.tsx";

test("says while a password is typed what keeps it from being accepted, and nothing about how good it is", async () => {
  await openPage("/setup#token", { "POST /setup/lookup": { needed: true } });
  const password = page.getByRole("textbox", { name: "Password", exact: true });
  const hint = () => {
    const control = password.element();
    return document.getElementById(control.getAttribute("aria-describedby") ?? "")?.textContent;
  };
  await page.getByRole("textbox", { name: "Organization" }).fill("Kardelen Bilişim");
  const usual = "At least 12 characters; a sentence works well";
  const hints: (string | null | undefined)[] = [hint()];
  for (const text of ["k9#mQ", "k9#mQ2vX!pT", "Kardelen2026!", "password-2026", "k9#mQ2vX!pTz", ""]) {
    await password.fill(text);
    hints.push(hint());
  }
  expect(hints).toEqual([
    usual,
    "7 more characters",
    "1 more character",
    "Too close to your name, address or organization: add unrelated words",
    "Easy to guess: add unrelated words",
    usual,
    usual,
  ]);
});
