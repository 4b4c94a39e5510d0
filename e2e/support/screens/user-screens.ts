/** The screens of users, as the owner sees them. */
import type { Page } from "playwright-core";
import {
  addRole,
  chooseLastMenuItem,
  openMenu,
  press,
  selectTwo,
  stageRole,
  topDialog,
  waitForDialog,
} from "./actions.ts";
import type { Screen, ScreenParameters } from "./screen.ts";

const userPath = ({ user: id }: ScreenParameters) => `/users/${id}`;

/** Adds or removes a role of the user of the page, as another browser would. */
async function changeElsewhere(page: Page): Promise<void> {
  await page.evaluate(`(async () => {
    const me = await (await fetch("/api/v1/me")).json();
    const base = "/api/v1/organizations/" + me.organizations[0].id;
    const { items } = await (await fetch(base + "/roles?limit=100")).json();
    const viewer = items.find(({ defaultName }) => defaultName === "Viewer").id;
    const path = base + "/users/" + location.pathname.split("/").pop();
    const answer = await fetch(path);
    const held = (await answer.json()).roles.map(({ id }) => id);
    await fetch(path, {
      method: "PATCH",
      headers: { "content-type": "application/json", "if-match": answer.headers.get("etag") },
      body: JSON.stringify({ roleIds: held.includes(viewer) ? held.filter((id) => id !== viewer) : [...held, viewer] }),
    });
  })()`);
}

/** Opens the dialog that sets the end of the first role of the user of the page. */
async function openEnd(page: Page): Promise<void> {
  await page
    .getByRole("button", { name: /^(Set an end|Bitiş belirle)/ })
    .first()
    .click();
  await waitForDialog(page);
}

/** Chooses a role for two users, and waits for the preview. */
async function reviewRole(page: Page): Promise<void> {
  await selectTwo(page);
  await press(page, "r");
  await topDialog(page).locator("input[type=radio]:enabled").first().check();
  await press(page, "Enter");
  await topDialog(page).locator("[role=status] b").waitFor();
}

/** The list of users, its dialogs, and the page of one user. */
export const userScreens: readonly Screen[] = [
  { name: "users", path: "/users" },
  { name: "users-search", path: "/users?q=isil" },
  { name: "users-none", path: "/users?q=nobody@example.com" },
  { name: "users-near", path: "/users?q=abdurahmna" },
  { name: "who-can", path: "/who-can?permission=campaigns:approve" },
  { name: "who-can-none", path: "/who-can" },
  { name: "users-suspended", path: "/users?status=suspended" },
  { name: "users-selected", path: "/users", prepare: selectTwo },
  {
    name: "users-bulk-role",
    path: "/users",
    async prepare(page) {
      await selectTwo(page);
      await page.locator("[role=group][data-docked] button[aria-haspopup=dialog]").first().click();
      await waitForDialog(page);
    },
  },
  {
    name: "users-bulk-review",
    path: "/users",
    prepare: reviewRole,
  },
  {
    name: "users-bulk-suspend",
    path: "/users",
    async prepare(page) {
      await selectTwo(page);
      await page.locator("[role=group][data-docked] button[aria-haspopup=dialog]").nth(2).click();
      await topDialog(page).locator("[role=status] b").waitFor();
    },
  },
  { name: "bulk-changes", path: "/users/changes" },
  { name: "users-menu", path: "/users", prepare: (page) => openMenu(page, 1) },
  {
    name: "users-remove",
    path: "/users",
    async prepare(page) {
      await openMenu(page, 1);
      await chooseLastMenuItem(page);
    },
  },
  {
    name: "invite",
    path: "/users",
    async prepare(page) {
      await press(page, "i");
      await topDialog(page).getByRole("checkbox").first().waitFor();
    },
  },
  {
    name: "invite-faults",
    path: "/users",
    async prepare(page) {
      await press(page, "i");
      await topDialog(page).getByRole("checkbox").first().waitFor();
      await page.keyboard.type("ayse@lodos, owner@example.test, ada@lodos.example ");
      await press(page, "Control+Enter");
    },
  },
  { name: "user", path: userPath },
  { name: "user-add-role", path: userPath, prepare: addRole },
  { name: "user-staged", path: userPath, prepare: stageRole },
  {
    name: "user-review",
    path: userPath,
    async prepare(page) {
      await stageRole(page);
      await press(page, "Control+s");
      await waitForDialog(page);
    },
  },
  { name: "user-end", path: userPath, prepare: openEnd },
  {
    name: "user-end-staged",
    path: userPath,
    async prepare(page) {
      await openEnd(page);
      await topDialog(page).locator("button[type=submit]").click();
      await topDialog(page).waitFor({ state: "detached" });
    },
  },
  {
    name: "user-end-review",
    path: userPath,
    async prepare(page) {
      await openEnd(page);
      await topDialog(page).locator("button[type=submit]").click();
      await topDialog(page).waitFor({ state: "detached" });
      await press(page, "Control+s");
      await topDialog(page).locator("button[type=submit]:not([aria-disabled=true])").waitFor();
    },
  },
  { name: "user-menu", path: userPath, prepare: (page) => openMenu(page) },
  { name: "user-profile", path: (known) => `${userPath(known)}?tab=profile` },
  { name: "user-sessions", path: ({ owner }) => `/users/${owner}?tab=sessions` },
  { name: "user-activity", path: ({ owner }) => `/users/${owner}?tab=activity` },
  { name: "user-self", path: ({ owner }) => `/users/${owner}` },
  { name: "user-gone", path: "/users/01912345-6789-7abc-8def-0123456789ab" },
  {
    name: "users-bulk-done",
    path: "/users",
    async prepare(page) {
      await reviewRole(page);
      const confirmation = topDialog(page).locator("input[type=checkbox]");
      if ((await confirmation.count()) > 0) await confirmation.check();
      await press(page, "Enter");
      await topDialog(page).waitFor({ state: "detached" });
      await page.locator("[role=status] button").first().waitFor();
      await page.locator("[role=status] progress").waitFor({ state: "detached" });
    },
  },
  {
    name: "user-who-can",
    path: userPath,
    async prepare(page) {
      await page.locator("main h3 + ul button").first().click();
      await topDialog(page).locator("li").first().waitFor();
    },
  },
  {
    name: "user-leave",
    path: userPath,
    async prepare(page) {
      await stageRole(page);
      await page.locator("a[href='/users']:visible").first().click();
      await waitForDialog(page);
    },
  },
  {
    name: "user-conflict",
    path: userPath,
    async prepare(page) {
      await stageRole(page);
      await changeElsewhere(page);
      await page.locator("main [role=alert], main [role=status]:has(button)").first().waitFor();
    },
  },
  {
    name: "user-session-ended",
    path: userPath,
    async prepare(page) {
      await stageRole(page);
      await press(page, "Control+s");
      await page.locator("[role=dialog] [aria-busy=true]").first().waitFor({ state: "detached" });
      await page.route(/\/api\//, (route) =>
        route.fulfill({
          status: 401,
          contentType: "application/problem+json",
          body: JSON.stringify({
            title: "Sign in",
            status: 401,
            code: "auth/required",
            detail: "Sign in.",
            requestId: "",
          }),
        }),
      );
      await topDialog(page).locator("button").last().click();
      await page.locator("[role=dialog] input[type=password]").waitFor();
    },
  },
];
