import type { SecondFactorMethod } from "@gatehouse/sdk/contract";
import { expect, test } from "vitest";
import { page } from "vitest/browser";
import { createMe } from "../../../../test/fixtures.ts";
import { openPage, press } from "../../../../test/render.tsx";
import { problem, type Stubs } from "../../../../test/stub-api.ts";

const session = {
  user: { id: "a-olive", name: "Olive Brandt", email: "olive@lodos.example", language: "en" as const },
  organizations: [{ id: "organization", name: "Lodos Retail", userId: "olive" }],
  expiresAt: "2030-01-01T00:00:00.000Z",
};

/** Signs in with the password. Records what is sent as the second factor. */
async function enterPassword(
  second: (body: unknown) => Response,
  language = "en",
  methods: SecondFactorMethod[] = ["totp", "recovery-code"],
) {
  const sent: unknown[] = [];
  const stubs: Stubs = {
    "GET /me": createMe(),
    "GET /me/sessions": { items: [] },
    "GET /sessions/status": { session: null, needsSetup: false, lostAccess: null },
    "POST /sessions": {
      challenge: { methods, expiresAt: "2030-01-01T00:10:00.000Z" },
    },
    "POST /sessions/second-factor": ({ body }) => {
      sent.push(body);
      return second(body);
    },
  };
  localStorage.setItem("gatehouse.language", language);
  await openPage("/sign-in?next=%2Faccount", stubs);
  await page
    .getByRole("textbox", { name: language === "en" ? "E-mail" : "E-posta" })
    .fill("olive@lodos.example");
  await press("Tab");
  await page
    .getByLabelText(language === "en" ? "Password" : "Parola", { exact: true })
    .fill("seven green copper gates");
  await press("Enter");
  return sent;
}

const code = page.getByRole("textbox", { name: "Code", exact: true });
const recoveryCode = page.getByRole("textbox", { name: "Recovery code" });
const opened = () => Response.json(session, { status: 201 });

test("asks for the code after the password, by keyboard alone, and opens the wanted page", async () => {
  const sent = await enterPassword((body) =>
    (body as { code: string }).code === "123456" ? opened() : problem(401, "auth/wrong-code"),
  );
  await expect.element(code).toHaveFocus();
  await expect.element(page.getByRole("heading", { name: "Two-factor authentication" })).toBeVisible();
  await expect.poll(() => document.title).toContain("Two-factor authentication");
  await expect.element(code).toHaveAttribute("autocomplete", "one-time-code");
  await expect.element(code).toHaveAttribute("inputmode", "numeric");
  await press("Enter");
  await expect.element(code).toHaveAccessibleDescription(/^Enter the code/);
  await code.fill("000000");
  await press("Enter");
  await expect.element(code).toHaveAccessibleDescription(/^This code is wrong, or it was used before/);
  await code.fill("123456");
  await press("Enter");
  await expect.element(page.getByRole("heading", { name: "My account" })).toBeVisible();
  expect(sent).toEqual([{ code: "000000" }, { code: "123456" }]);
});

test("a recovery code takes the place of the app, and there is a way back to each step", async () => {
  const sent = await enterPassword(opened);
  await page.getByRole("button", { name: "Use a recovery code" }).click();
  await expect.element(recoveryCode).toHaveFocus();
  await page.getByRole("button", { name: "Use the authenticator app" }).click();
  await expect.element(code).toHaveFocus();
  await page.getByRole("button", { name: "Back to the password" }).click();
  await expect.element(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
  await expect.element(page.getByLabelText("Password", { exact: true })).toBeVisible();
  await page.getByRole("textbox", { name: "E-mail" }).fill("olive@lodos.example");
  await page.getByLabelText("Password", { exact: true }).fill("seven green copper gates");
  await press("Enter");
  await page.getByRole("button", { name: "Use a recovery code" }).click();
  await recoveryCode.fill("K7M2P 9XQ4R");
  await press("Enter");
  await expect.element(page.getByRole("heading", { name: "My account" })).toBeVisible();
  expect(sent).toEqual([{ recoveryCode: "K7M2P 9XQ4R" }]);
});

test("an ended sign-in leads back to the password", async () => {
  await enterPassword(() => problem(401, "auth/challenge-ended"));
  await code.fill("123456");
  await press("Enter");
  await expect.element(page.getByText(/^The time for the second step is over/)).toBeVisible();
  const again = page.getByRole("button", { name: "Start again" });
  await expect.element(again).toHaveFocus();
  await press("Enter");
  await expect.element(page.getByLabelText("Password", { exact: true })).toBeVisible();
});

test("asks in Turkish, too", async () => {
  await enterPassword(opened, "tr");
  await expect.element(page.getByRole("textbox", { name: "Kod", exact: true })).toHaveFocus();
  await expect.element(page.getByRole("button", { name: "Kurtarma kodu kullan" })).toBeVisible();
});

test("a session that has ended is renewed with both steps in the dialog, and the page continues", async () => {
  let isSignedIn = false;
  await openPage("/account", {
    "GET /me": createMe(),
    "GET /me/sessions": () => (isSignedIn ? { items: [] } : problem(401, "auth/required")),
    "GET /sessions/status": { session: null, needsSetup: false, lostAccess: null },
    "POST /sessions": {
      challenge: { methods: ["recovery-code", "totp"], expiresAt: "2030-01-01T00:10:00.000Z" },
    },
    "POST /sessions/second-factor": () => {
      isSignedIn = true;
      return opened();
    },
  });
  const dialog = page.getByRole("dialog", { name: "Sign in again" });
  await dialog.getByLabelText("Password", { exact: true }).fill("seven green copper gates");
  await press("Enter");
  await expect.element(recoveryCode).toHaveFocus();
  await recoveryCode.fill("k7m2p-9xq4r");
  await press("Enter");
  await expect.element(dialog).not.toBeInTheDocument();
  await expect.element(page.getByRole("region", { name: "Sessions" })).toBeVisible();
});

test("begins with the method that was used last in this browser", async () => {
  localStorage.setItem("gatehouse.second-factor", "totp");
  await enterPassword(opened, "en", ["recovery-code", "totp"]);
  await expect.element(code).toHaveFocus();
});
