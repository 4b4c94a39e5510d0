/** The screens of second factors: signing in with one, and setting one up. */
import type { Page } from "playwright-core";
import { openMenu, press, topDialog, waitForDialog } from "./actions.ts";
import type { Screen } from "./screen.ts";
import type { Stub } from "./stub.ts";

const codes = Array.from({ length: 10 }, (_, index) => `k7m${index}p-9xq${index}r`);

/** Enters the password of an account with an app and recovery codes, which the demo doesn't have. */
async function enterPassword(page: Page): Promise<void> {
  await page.route("**/api/v1/sessions", (route) =>
    route.fulfill({
      json: { challenge: { methods: ["totp", "recovery-code"], expiresAt: "2030-01-01T00:10:00.000Z" } },
    }),
  );
  await page.locator("input[autocomplete^=username]").fill("olive@lodos.example");
  await page.locator("input[type=password]").fill("seven green copper gates");
  await press(page, "Enter");
  await page.locator("input[autocomplete=one-time-code]").waitFor();
}

/** Answers a request for the second factor. */
async function answerFactor(page: Page, code: string): Promise<void> {
  await page.route("**/sessions/second-factor", (route) =>
    route.fulfill({ status: 401, contentType: "application/problem+json", body: JSON.stringify({ code }) }),
  );
  await page.locator("input[autocomplete=one-time-code]").fill("123456");
  await press(page, "Enter");
  await page.getByRole("alert").first().waitFor();
}

/** The screens of a person who is not signed in. */
export const secondFactorOutside: readonly Screen[] = [
  { name: "second-factor", path: "/sign-in", prepare: enterPassword },
  {
    name: "second-factor-recovery-code",
    path: "/sign-in",
    async prepare(page) {
      await enterPassword(page);
      await page.locator("main form ~ button").first().click();
      await page.locator("main form input[autocomplete=off]").waitFor();
    },
  },
  {
    name: "second-factor-wrong",
    path: "/sign-in",
    async prepare(page) {
      await enterPassword(page);
      await answerFactor(page, "auth/wrong-code");
    },
  },
  {
    name: "second-factor-ended",
    path: "/sign-in",
    async prepare(page) {
      await enterPassword(page);
      await answerFactor(page, "auth/challenge-ended");
    },
  },
];

/** An account with an app that is set up, and so many recovery codes. */
function withApp(recoveryCodesLeft: number): readonly Stub[] {
  const at = "2026-03-03T10:00:00.000Z";
  const json = { passwordChangedAt: at, totp: { enabledAt: at }, passkeys: [], recoveryCodesLeft };
  return [{ path: "/me/security", json }];
}

/** An account with two passkeys. */
function withPasskeys(): readonly Stub[] {
  const at = "2026-03-03T10:00:00.000Z";
  const second = "Olive’s phone in the office in Izmir";
  const passkeys = [
    { id: "passkey-1", name: "Laptop", createdAt: at, lastUsedAt: at, backedUp: false },
    { id: "passkey-2", name: second, createdAt: at, lastUsedAt: null, backedUp: true },
  ];
  const json = { passwordChangedAt: at, totp: null, passkeys, recoveryCodesLeft: 10 };
  return [{ path: "/me/security", json }];
}

/** A button of the first passkey. */
const passkeyButton = (page: Page, action: "rename" | "remove") =>
  page.getByRole("button", {
    name: action === "rename" ? /(Rename|Yeniden adlandır).* Laptop$/ : /(Remove|Kaldır) Laptop$/,
  });

/** Opens the dialog that adds a passkey. */
async function openAddPasskey(page: Page): Promise<void> {
  await page.route("**/me/passkeys/options", (route) =>
    route.fulfill({
      json: {
        rp: { id: "gatehouse.example", name: "Gatehouse" },
        user: { id: "AAAA", name: "olive@lodos.example", displayName: "Olive Brandt" },
        challenge: "AAAA",
        pubKeyCredParams: [{ type: "public-key", alg: -7 }],
        timeout: 300_000,
        excludeCredentials: [],
        authenticatorSelection: {
          residentKey: "required",
          requireResidentKey: true,
          userVerification: "required",
        },
        attestation: "none",
      },
    }),
  );
  await page.getByRole("button", { name: /^(Add a passkey|Geçiş anahtarı ekle)$/ }).click();
  await topDialog(page).locator("input").first().waitFor();
}

/** The button that turns the app off. */
const removeButton = (page: Page) => page.getByRole("button", { name: /^(Turn off|Kapat)…$/ });

/** Opens the set-up of an app, the first or another one. */
async function openSetUp(page: Page): Promise<void> {
  await page.route("**/me/totp", (route) =>
    route.fulfill({
      status: 201,
      json: {
        secret: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ",
        uri: "otpauth://totp/Gatehouse:olive%40lodos.example?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Gatehouse&algorithm=SHA1&digits=6&period=30",
      },
    }),
  );
  await page.getByRole("button", { name: /^(Set up|Kur|Change app…|Uygulamayı değiştir…)$/ }).click();
  await topDialog(page).locator("input[autocomplete=one-time-code]").waitFor();
}

/** The screens of a signed-in user. */
export const secondFactorInside: readonly Screen[] = [
  {
    name: "account-two-factor",
    path: "/account",
    stubs: withApp(10),
    prepare: (page) => removeButton(page).scrollIntoViewIfNeeded(),
  },
  {
    name: "account-two-factor-few-codes",
    path: "/account",
    stubs: withApp(1),
    prepare: (page) => removeButton(page).scrollIntoViewIfNeeded(),
  },
  { name: "account-two-factor-set-up", path: "/account", prepare: openSetUp },
  {
    name: "account-two-factor-codes",
    path: "/account",
    async prepare(page) {
      await openSetUp(page);
      await page.route("**/me/totp/confirm", (route) => route.fulfill({ json: { recoveryCodes: codes } }));
      await topDialog(page).locator("input[autocomplete=one-time-code]").fill("123456");
      await press(page, "Enter");
      await topDialog(page).locator("textarea[rows='10']").waitFor();
    },
  },
  {
    name: "account-two-factor-turn-off",
    path: "/account",
    stubs: withApp(10),
    async prepare(page) {
      await removeButton(page).click();
      await waitForDialog(page);
    },
  },
  {
    name: "account-two-factor-change",
    path: "/account",
    stubs: withApp(10),
    prepare: openSetUp,
  },
  {
    name: "account-passkeys",
    path: "/account",
    isAtLocalhost: true,
    stubs: withPasskeys(),
    prepare: (page) => passkeyButton(page, "remove").scrollIntoViewIfNeeded(),
  },
  {
    name: "account-passkey-rename",
    path: "/account",
    isAtLocalhost: true,
    stubs: withPasskeys(),
    async prepare(page) {
      await passkeyButton(page, "rename").click();
      await topDialog(page).locator("input").first().waitFor();
    },
  },
  {
    name: "account-passkey-remove",
    path: "/account",
    isAtLocalhost: true,
    stubs: withPasskeys(),
    async prepare(page) {
      await passkeyButton(page, "remove").click();
      await waitForDialog(page);
    },
  },
  {
    name: "account-passkey-add",
    path: "/account",
    isAtLocalhost: true,
    stubs: withPasskeys(),
    prepare: openAddPasskey,
  },
  {
    name: "account-passkey-add-failed",
    path: "/account",
    isAtLocalhost: true,
    async prepare(page) {
      await openAddPasskey(page); // the options name another relying party
      await press(page, "Enter");
      await topDialog(page).locator("[role=alert]").first().waitFor();
    },
  },
  {
    name: "account-passkeys-at-ip-address",
    path: "/account",
    stubs: withPasskeys(),
    prepare: (page) => passkeyButton(page, "remove").scrollIntoViewIfNeeded(),
  },
  {
    name: "account-two-factor-step-up",
    path: "/account",
    stubs: withApp(10),
    async prepare(page) {
      await page.route("**/me/totp", (route) =>
        route.fulfill({
          status: 403,
          contentType: "application/problem+json",
          body: JSON.stringify({ code: "auth/step-up", params: { methods: ["totp", "recovery-code"] } }),
        }),
      );
      await removeButton(page).click();
      await topDialog(page).locator("button").last().click();
      await topDialog(page).locator("input[autocomplete=one-time-code]").waitFor();
    },
  },
  {
    name: "user-reset-factors",
    path: ({ user }) => `/users/${user}`,
    stubs: [{ path: "/api/v1/organizations/[^/]+/users/[\\w-]+", change: { twoFactor: true } }],
    async prepare(page) {
      await openMenu(page);
      await page.getByRole("menuitem", { name: /^(Reset second factors|İki aşamalı)/ }).click();
      await waitForDialog(page);
    },
  },
];
