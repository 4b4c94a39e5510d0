/** The screens of roles. */
import type { Page } from "playwright-core";
import { chooseLastMenuItem, openMenu, press, waitForDialog } from "./actions.ts";
import type { Screen } from "./screen.ts";

async function changeMatrix(page: Page): Promise<void> {
  await page
    .locator("[role=treegrid] [role=gridcell][tabindex='0'], [role=treegrid] [tabindex='0']")
    .first()
    .focus();
  await press(page, "ArrowDown", "ArrowDown", "Space");
}

/** Changes the description, as another browser would. */
async function changeElsewhere(page: Page): Promise<void> {
  await page.evaluate(`(async () => {
    const me = await (await fetch("/api/v1/me")).json();
    const path = "/api/v1/organizations/" + me.organizations[0].id + "/roles/" + location.pathname.split("/").pop();
    const answer = await fetch(path);
    const { description } = await answer.json();
    await fetch(path, {
      method: "PATCH",
      headers: { "content-type": "application/json", "if-match": answer.headers.get("etag") },
      body: JSON.stringify({ description: description.endsWith(".") ? description.slice(0, -1) : description + "." }),
    });
  })()`);
}

/** The screens of roles, as the owner sees them. */
export const roleScreens: readonly Screen[] = [
  { name: "roles", path: "/roles" },
  { name: "roles-menu", path: "/roles", prepare: (page) => openMenu(page, 2) },
  { name: "role-new", path: "/roles/new" },
  { name: "role", path: ({ marketer }) => `/roles/${marketer}` },
  {
    name: "role-languages",
    path: ({ marketer }) => `/roles/${marketer}`,
    prepare: (page) => page.locator("main details summary").click(),
  },
  { name: "role-built-in", path: ({ ownerRole }) => `/roles/${ownerRole}` },
  { name: "role-changed", path: ({ marketer }) => `/roles/${marketer}`, prepare: changeMatrix },
  {
    name: "role-review",
    path: ({ marketer }) => `/roles/${marketer}`,
    async prepare(page) {
      await changeMatrix(page);
      await press(page, "Control+s");
      await waitForDialog(page);
    },
  },
  {
    name: "role-delete",
    path: "/roles",
    async prepare(page) {
      await openMenu(page, 2);
      await chooseLastMenuItem(page);
    },
  },
  { name: "roles-compare", path: ({ marketer, viewer }) => `/roles/compare?a=${marketer}&b=${viewer}` },
  { name: "roles-compare-none", path: "/roles/compare" },
  { name: "roles-none", path: "/roles?q=nothing+like+it" },
  { name: "role-copy", path: ({ marketer }) => `/roles/new?from=${marketer}` },
  {
    name: "role-search",
    path: ({ marketer }) => `/roles/${marketer}`,
    async prepare(page) {
      await press(page, "/");
      await page.keyboard.type("export");
    },
  },
  {
    name: "role-conflict",
    path: ({ viewer }) => `/roles/${viewer}`,
    async prepare(page) {
      await changeMatrix(page);
      await changeElsewhere(page);
      await page.locator("main [role=alert]").first().waitFor();
    },
  },
];
