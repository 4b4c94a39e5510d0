/** The screens of users. */
import type { Page } from "playwright-core";
import { addRole, chooseLast, dialog, opened, openMenu, press, selectTwo, stageRole } from "./acts.ts";
import type { Known, Screen } from "./screen.ts";

const user = ({ user: id }: Known) => `/users/${id}`;

/** Somebody else is faster: the user's roles lose the last one, or get it back. */
async function changeElsewhere(page: Page): Promise<void> {
  await page.evaluate(`(async () => {
    const me = await (await fetch("/api/v1/me")).json();
    const base = "/api/v1/organizations/" + me.organizations[0].id;
    const { items } = await (await fetch(base + "/roles?limit=100")).json();
    const viewer = items.find(({ name }) => name === "Viewer").id;
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

/** Whoever is signed in as the owner sees these of users. */
export const userScreens: readonly Screen[] = [
  { name: "users", path: "/users" },
  { name: "users-search", path: "/users?q=isil" },
  { name: "users-none", path: "/users?q=nobody@example.com" },
  { name: "users-suspended", path: "/users?status=suspended" },
  { name: "users-selected", path: "/users", act: selectTwo },
  {
    name: "users-bulk-role",
    path: "/users",
    async act(page) {
      await selectTwo(page);
      await page.locator("[role=group][data-docked] button[aria-haspopup=dialog]").first().click();
      await opened(page);
    },
  },
  { name: "users-menu", path: "/users", act: (page) => openMenu(page, 1) },
  {
    name: "users-remove",
    path: "/users",
    async act(page) {
      await openMenu(page, 1);
      await chooseLast(page);
    },
  },
  {
    name: "invite",
    path: "/users",
    async act(page) {
      await press(page, "i");
      await dialog(page).getByRole("checkbox").first().waitFor();
    },
  },
  {
    name: "invite-faults",
    path: "/users",
    async act(page) {
      await press(page, "i");
      await dialog(page).getByRole("checkbox").first().waitFor();
      await page.keyboard.type("ayse@lodos, owner@example.test, ada@lodos.example ");
      await press(page, "Control+Enter");
    },
  },
  { name: "user", path: user },
  { name: "user-add-role", path: user, act: addRole },
  { name: "user-staged", path: user, act: stageRole },
  {
    name: "user-review",
    path: user,
    async act(page) {
      await stageRole(page);
      await press(page, "Control+s");
      await opened(page);
    },
  },
  { name: "user-menu", path: user, act: (page) => openMenu(page) },
  { name: "user-profile", path: (known) => `${user(known)}?tab=profile` },
  { name: "user-sessions", path: ({ owner }) => `/users/${owner}?tab=sessions` },
  { name: "user-activity", path: ({ owner }) => `/users/${owner}?tab=activity` },
  { name: "user-self", path: ({ owner }) => `/users/${owner}` },
  { name: "user-gone", path: "/users/01912345-6789-7abc-8def-0123456789ab" },
  {
    name: "users-bulk-done",
    path: "/users",
    async act(page) {
      await selectTwo(page);
      await press(page, "r");
      await dialog(page).getByRole("radio").first().waitFor();
      await press(page, "ArrowDown", "Enter");
      await dialog(page).waitFor({ state: "detached" });
      await page.locator("[role=status] button").first().waitFor();
      await page.locator("[role=status] progress").waitFor({ state: "detached" });
    },
  },
  {
    name: "user-who-can",
    path: user,
    async act(page) {
      await page.locator("main h3 + ul button").first().click();
      await dialog(page).locator("li").first().waitFor();
    },
  },
  {
    name: "user-leave",
    path: user,
    async act(page) {
      await stageRole(page);
      await page.locator("a[href='/users']:visible").first().click();
      await opened(page);
    },
  },
  {
    name: "user-conflict",
    path: user,
    async act(page) {
      await stageRole(page);
      await changeElsewhere(page);
      await page.locator("main [role=alert], main [role=status]:has(button)").first().waitFor();
    },
  },
  {
    name: "user-session-ended",
    path: user,
    async act(page) {
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
      await dialog(page).locator("button").last().click();
      await page.locator("[role=dialog] input[type=password]").waitFor();
    },
  },
];
