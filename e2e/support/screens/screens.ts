/** Every screen of the panel with its dialogs and states, for the accessibility tests and the screenshots. */
import { acceptInside, acceptOutside } from "./accept-screens.ts";
import { openMenu, press, selectTwo, topDialog, waitForDialog } from "./actions.ts";
import { handOffInside, handOffOutside } from "./hand-off-screens.ts";
import { importScreens } from "./import-screens.ts";
import { joiningInside, joiningOutside } from "./joining-screens.ts";
import { recoveryInside, recoveryOutside } from "./recovery-screens.ts";
import { roleScreens } from "./role-screens.ts";
import type { Screen } from "./screen.ts";
import { secondFactorInside, secondFactorOutside } from "./second-factor-screens.ts";
import { securityScreens } from "./security-screens.ts";
import type { Stub } from "./stub.ts";
import { userScreens } from "./user-screens.ts";

/** As on a server without an organization. */
const beforeSetup: readonly Stub[] = [{ path: "/setup/lookup", json: { needed: true } }];

/** The screens of a person who is not signed in. */
export const anonymousScreens: readonly Screen[] = [
  ...acceptOutside,
  ...handOffOutside,
  ...joiningOutside,
  ...recoveryOutside,
  ...secondFactorOutside,
  { name: "sign-in", path: "/sign-in" },
  {
    name: "sign-in-wrong",
    path: "/sign-in",
    async prepare(page) {
      await page
        .locator("input[type=email], input[autocomplete^=username]")
        .first()
        .fill("olive@lodos.example");
      await page.locator("input[type=password]").fill("not the password");
      await press(page, "Enter");
      await page.getByRole("alert").first().waitFor();
    },
  },
  { name: "set-up-done", path: "/setup" },
  {
    name: "set-up",
    path: "/setup#a-link-that-works",
    stubs: beforeSetup,
    prepare: (page) => page.locator("input[type=radio]").first().waitFor(),
  },
  {
    name: "set-up-empty",
    path: "/setup#a-link-that-works",
    stubs: beforeSetup,
    async prepare(page) {
      await page.locator("input[type=radio]").last().check();
      await page.locator("form button[type=submit]").click();
      await page.getByRole("alert").first().waitFor();
    },
  },
];

/** The screens of the owner. */
export const ownerScreens: readonly Screen[] = [
  ...userScreens,
  ...importScreens,
  ...roleScreens,
  ...acceptInside,
  ...handOffInside,
  ...joiningInside,
  ...recoveryInside,
  ...secondFactorInside,
  ...securityScreens,
  { name: "invitations", path: "/invitations" },
  { name: "invitations-expired", path: "/invitations?tab=expired" },
  { name: "invitations-failed", path: "/invitations?tab=failed" },
  { name: "invitations-accepted", path: "/invitations?tab=accepted" },
  { name: "invitations-revoked", path: "/invitations?tab=revoked" },
  { name: "invitations-none", path: "/invitations?q=nobody" },
  { name: "invitations-selected", path: "/invitations", prepare: selectTwo },
  {
    name: "invitations-send-again",
    path: "/invitations",
    async prepare(page) {
      await selectTwo(page);
      await page.locator("[role=group][data-docked] button").nth(1).click();
      await waitForDialog(page);
    },
  },
  {
    name: "invitations-revoke",
    path: "/invitations",
    async prepare(page) {
      await selectTwo(page);
      await page.locator("[role=group][data-docked] button").nth(2).click();
      await waitForDialog(page);
    },
  },
  {
    name: "invitations-details",
    path: "/invitations",
    async prepare(page) {
      await page.locator("main [data-row-link]").first().click();
      await topDialog(page).locator("li").first().waitFor();
    },
  },
  { name: "invitations-menu", path: "/invitations", prepare: (page) => openMenu(page) },
  { name: "invite-many", path: "/invitations/new" },
  {
    name: "invite-many-columns",
    path: "/invitations/new",
    async prepare(page) {
      await page
        .locator("main textarea")
        .fill("Team;Work e-mail;Recovery e-mail;Name;Role\nRed;ada@lodos.example;a@x.example;Ada;Viewer");
      await press(page, "Control+Enter");
      await page.getByRole("alert").first().waitFor();
    },
  },
  {
    name: "invite-many-first-row",
    path: "/invitations/new",
    async prepare(page) {
      await page.locator("main textarea").fill("Collega;Contatto\nAda;ada@lodos.example");
      await page.locator("main section fieldset").waitFor();
    },
  },
  {
    name: "invite-many-checked",
    path: "/invitations/new",
    async prepare(page) {
      await page.locator("main textarea").fill("ada@lodos.example\nayse@lodos\nowner@example.test");
      await page.locator("main fieldset").getByRole("checkbox").first().check();
      await press(page, "Control+Enter");
      await page.locator("main h2").waitFor();
    },
  },
  { name: "audit", path: "/audit" },
  {
    name: "audit-open",
    path: "/audit",
    async prepare(page) {
      await page.locator("main [data-row-link]").nth(1).click();
    },
  },
  { name: "audit-none", path: "/audit?from=2001-01-01&to=2001-01-02" },
  {
    name: "audit-who",
    path: "/audit",
    async prepare(page) {
      await page.locator("search button[aria-haspopup=dialog]").first().click();
      await topDialog(page).locator("li button").first().waitFor();
    },
  },
  { name: "not-found", path: "/nowhere" },
  { name: "account", path: "/account" },
  { name: "settings-organization", path: "/settings/organization" },
  { name: "settings-mail", path: "/settings/mail" },
  {
    name: "settings-mail-tested",
    path: "/settings/mail",
    async prepare(page) {
      await page.locator("main section button").click();
      await page.locator("main section [role=status] svg").waitFor();
    },
  },
  { name: "api-keys", path: "/settings/api-keys" },
  {
    name: "api-key-new",
    path: "/settings/api-keys",
    async prepare(page) {
      await page.locator("main section button[aria-haspopup=dialog]").first().click();
      await topDialog(page).getByRole("checkbox").first().waitFor();
    },
  },
  {
    name: "api-key-secret",
    path: "/settings/api-keys",
    async prepare(page) {
      await page.locator("main section button[aria-haspopup=dialog]").first().click();
      await topDialog(page).getByRole("checkbox").first().check();
      await topDialog(page).locator("#key-name").fill("Reports, nightly");
      await press(page, "Control+Enter");
      await page.locator("#key-secret").waitFor();
    },
  },
  { name: "api-keys-some", path: "/settings/api-keys" },
  {
    name: "palette",
    path: "/users",
    async prepare(page) {
      await press(page, "Control+k");
      await page.locator("[role=combobox]").waitFor();
    },
  },
  {
    name: "palette-found",
    path: "/users",
    async prepare(page) {
      await press(page, "Control+k");
      await page.locator("[role=combobox]").waitFor();
      await page.keyboard.type("isil");
      await page.locator("[role=option] mark").first().waitFor();
    },
  },
  {
    name: "help",
    path: "/users",
    async prepare(page) {
      await press(page, "?");
      await topDialog(page).locator("h1").waitFor();
    },
  },
  {
    name: "menu",
    path: "/users",
    async prepare(page) {
      await page
        .locator("button[aria-haspopup=dialog]:has-text('Olive'), header button[aria-haspopup=dialog]")
        .last()
        .click();
      await waitForDialog(page);
    },
  },
  {
    name: "unreachable",
    path: "/users",
    async prepare(page) {
      await page.route(/\/api\//, (route) => route.abort());
      await page.goto(page.url().replace(/\?.*$/, ""));
      await page.locator("[role=alert]").waitFor();
    },
  },
];
