/** The screens of an organization's rules: in the settings, and where they are not met. */
import type { Page } from "playwright-core";
import { press, topDialog, waitForDialog } from "./actions.ts";
import type { Screen } from "./screen.ts";

const day = 86_400_000;

/** The state in which `unmetRule` keeps the owner out. */
const notMet = (unmetRule: string, values: object = {}): Pick<Screen, "stubs" | "prepare"> => ({
  stubs: [{ path: "/me", membership: { unmetRule, roles: [], permissions: [], isOwner: false, ...values } }],
  prepare: (page) => page.locator("main [role=alert] h1").waitFor(),
});

/** Requires two factors from a network that is not this one, up to the review. */
async function reviewRules(page: Page): Promise<void> {
  await page.route("**/api/v1/organizations/*?preview=true", (route) =>
    route.fulfill({ json: { withoutTwoFactor: 4871, outsideNetworks: 12, passwordTooOld: 3 } }),
  );
  await page.locator("main form input[type=checkbox]").check();
  await page.locator("main form input[autocomplete=off]").fill("127.0.0.0/8, 2001:db8::/32");
  await press(page, "Control+s");
  await waitForDialog(page);
}

/** The screens of the owner. */
export const securityScreens: readonly Screen[] = [
  { name: "settings-security", path: "/settings/security" },
  {
    name: "settings-security-changed",
    path: "/settings/security",
    async prepare(page) {
      await page.locator("main form input[type=checkbox]").check();
      await page.locator("main form input[autocomplete=off]").fill("192.0.2.0/24, office");
    },
  },
  { name: "settings-security-review", path: "/settings/security", prepare: reviewRules },
  {
    name: "settings-security-locked-out",
    path: "/settings/security",
    async prepare(page) {
      await page.locator("main form input[autocomplete=off]").fill("192.0.2.0/24");
      await press(page, "Control+s");
      await page.locator("main form [role=alert]").waitFor();
    },
  },
  {
    name: "settings-security-confirm",
    path: "/settings/security",
    async prepare(page) {
      await reviewRules(page);
      await page.route("**/api/v1/organizations/*", (route) =>
        route.request().method() === "PATCH"
          ? route.fulfill({
              status: 403,
              contentType: "application/problem+json",
              body: JSON.stringify({ status: 403, code: "auth/step-up", params: { methods: ["password"] } }),
            })
          : route.fallback(),
      );
      await topDialog(page).getByRole("button").last().click();
      await page.locator("[role=dialog] input[type=password]").waitFor();
    },
  },
  { name: "rules-suspended", path: "/users", ...notMet("organization-suspended") },
  { name: "rules-deleted", path: "/users", ...notMet("organization-deleted") },
  { name: "rules-two-factor", path: "/users", ...notMet("two-factor") },
  { name: "rules-second-factor", path: "/users", ...notMet("second-factor") },
  { name: "rules-password", path: "/users", ...notMet("password") },
  { name: "rules-session", path: "/users", ...notMet("session") },
  {
    name: "rules-network",
    path: "/users",
    ...notMet("network", { contacts: [{ name: "Olive Brandt", email: "olive@lodos.example" }] }),
  },
  {
    name: "rules-days-left",
    path: "/users",
    stubs: [{ path: "/me", membership: { twoFactorDueAt: new Date(Date.now() + 2.5 * day).toISOString() } }],
    prepare: (page) => page.locator("main table, main ul li").first().waitFor(),
  },
  { name: "users-without-two-factor", path: "/users?twoFactor=false" },
];
