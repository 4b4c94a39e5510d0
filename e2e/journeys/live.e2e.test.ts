/** Changes by another manager appear without disturbing what the user is doing. */
import type { UserDetails, UserView } from "@gatehouse/sdk/contract";
import type { Browser, BrowserContext, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { expectAccessible } from "../accessibility/find-accessibility-problems.ts";
import { closeWindows, shareChromium } from "../support/chromium.ts";
import { openWindow, signIn } from "../support/panel-page.ts";
import { type RunningServer, startDemo } from "../support/start-server.ts";

const owner = { email: "owner@example.test", password: "correct horse battery staple" };
/** Milliseconds within which another user's change has to be visible. */
const soon = { timeout: 2_000 };

let browser: Browser;
let server: RunningServer;
let mine: Page;
let theirs: BrowserContext;
let api: string;
let roles: ReadonlyMap<string, string>;

beforeAll(async () => {
  browser = await shareChromium();
  server = await startDemo();
  mine = (await openWindow(browser)).page;
  await signIn(mine, server, owner);
  const other = await openWindow(browser);
  theirs = other.context;
  await signIn(other.page, server, owner);
  await other.page.close(); // the changes are made through the API, in another session
  const me = await (await theirs.request.get(`${server.url}/api/v1/me`)).json();
  api = `${server.url}/api/v1/organizations/${me.organizations[0].id}`;
  const { items } = await (await theirs.request.get(`${api}/roles?limit=100`)).json();
  roles = new Map(items.map(({ id, name }: { id: string; name: string }) => [name, id]));
});
afterAll(async () => {
  await closeWindows(browser);
  await server.stop();
});

/** Reads the users in the list of the page. */
async function listed(query = ""): Promise<readonly UserView[]> {
  return (await (await theirs.request.get(`${api}/users?limit=50&sort=name${query}`)).json()).items;
}

/** Changes a user in the other session. */
async function change(id: string, edit: (user: UserDetails) => object): Promise<void> {
  const seen = await theirs.request.get(`${api}/users/${id}`);
  const answer = await theirs.request.patch(`${api}/users/${id}`, {
    data: edit(await seen.json()),
    headers: { origin: server.url, "if-match": seen.headers()["etag"] ?? "" },
  });
  expect(answer.status(), await answer.text()).toBe(200);
}

const giveRole = (id: string, name: string) =>
  change(id, (user) => ({ roleIds: [...user.roles.map((role) => role.id), roles.get(name)] }));

/** Opens a page and waits until it receives live updates. */
async function openFollowing(page: Page, path: string): Promise<void> {
  const following = page.waitForResponse((answer) => answer.url().includes("/events"));
  await page.goto(`${server.url}${path}`);
  await following;
}

const namesOn = (page: Page) => page.locator("tbody th [data-row-link] b").allTextContents();
const findRow = (page: Page, { email }: Pick<UserView, "email">) =>
  page.locator("tbody tr", { hasText: email });
const isFocused = async (what: Locator) => (await what.and(what.page().locator(":focus")).count()) === 1;

/** Finds a user with one role, and a role that they don't have. */
function withOneRole(users: readonly UserView[]): readonly [user: UserView, role: string] {
  const user = users.findLast((one) => one.roles.length === 1 && one.status === "active");
  if (user === undefined) throw new Error("Nobody in the list has one role.");
  return [user, user.roles[0]?.name === "Viewer" ? "Call Center" : "Viewer"];
}

test("a role added by somebody else appears without losing search, focus, scroll position or an open menu", async () => {
  await openFollowing(mine, "/users?q=a");
  const [target, role] = withOneRole(await listed("&query=a"));
  const row = findRow(mine, target);
  await row.scrollIntoViewIfNeeded();
  const menu = row.getByRole("button", { name: `Actions for ${target.name}` });
  await menu.click();
  const item = mine.getByRole("menuitem", { name: "Copy e-mail address" });
  await item.hover();
  const before = { names: await namesOn(mine), scroll: await mine.evaluate<number>("scrollY") };
  expect(before.scroll).toBeGreaterThan(100);

  await giveRole(target.id, role);
  await row.getByText(role, { exact: true }).waitFor(soon);

  expect({ names: await namesOn(mine), scroll: await mine.evaluate<number>("scrollY") }).toEqual(before);
  expect(await mine.locator('input[type="search"]').inputValue()).toBe("a");
  expect(await isFocused(item)).toBe(true);
  await mine.keyboard.press("Escape");
  await expect.poll(() => isFocused(menu)).toBe(true);
});

test("typing into the search is not interrupted by changing rows", async () => {
  await openFollowing(mine, "/users");
  const [target, role] = withOneRole(await listed());
  const box = mine.getByRole("searchbox");
  await box.focus();
  await giveRole(target.id, role);
  await mine.keyboard.type(target.name, { delay: 60 });
  await findRow(mine, target).getByText(role, { exact: true }).waitFor(soon);
  expect(await box.inputValue()).toBe(target.name);
  expect(await isFocused(box)).toBe(true);
});

test("a row that no longer matches stays until the list is refreshed, and the page says so", async () => {
  await openFollowing(mine, "/users?status=active");
  const [, target] = await listed("&status=active");
  if (target === undefined) throw new Error("The list is empty.");
  await findRow(mine, target).waitFor();
  const before = await namesOn(mine);

  await change(target.id, () => ({ status: "suspended" }));
  const show = mine.getByRole("button", { name: "Show 1 change" });
  await show.waitFor(soon);
  expect(await namesOn(mine)).toEqual(before);
  await expectAccessible(mine);

  await show.press("Enter");
  await findRow(mine, target).waitFor({ state: "detached" });
  expect(await show.count()).toBe(0);
  expect(await isFocused(mine.getByRole("heading", { level: 1 }))).toBe(true);
});

test("a user's own change is loaded once and shows no notice", async () => {
  await openFollowing(mine, "/users?status=active");
  const [, , target] = await listed("&status=active");
  if (target === undefined) throw new Error("The list is empty.");
  const reads: string[] = [];
  mine.on("request", (request) => {
    if (/\/users\?.*limit=50/.test(request.url())) reads.push(request.url());
  });
  await findRow(mine, target)
    .getByRole("button", { name: /^Actions/ })
    .click();
  await mine.getByRole("menuitem", { name: "Suspend" }).click();
  await mine.getByText(`${target.name} is suspended and signed out everywhere`).waitFor();
  // A later change by somebody else arrives after everything that the own change caused.
  const [other] = withOneRole(await listed("&status=active"));
  await change(other.id, () => ({ phone: "+90 312 000 00 00" }));
  await expect.poll(() => reads.length, soon).toBe(2);
  expect(await mine.getByRole("button", { name: /^Show \d/ }).count()).toBe(0);
});

test("unsaved changes are kept when somebody else saves the same user", async () => {
  const [target, role] = withOneRole(await listed("&query=e"));
  await openFollowing(mine, `/users/${target.id}`);
  const held = target.roles[0]?.name ?? "";
  await mine.getByRole("button", { name: `Remove ${held}` }).click();
  await mine.getByText("Will be removed").waitFor();

  await giveRole(target.id, role);

  await mine.getByText(`Added: ${role}.`).waitFor(soon);
  await mine.getByText("Will be removed").waitFor();
  await mine.getByRole("button", { name: `Remove ${role}` }).waitFor();
  await mine.getByRole("button", { name: "Discard" }).click();
});

/** Creates a user with a role and signs them in in a new window. */
async function join(email: string, role: string): Promise<{ readonly page: Page; readonly userId: string }> {
  const headers = { origin: server.url };
  const invitations = [{ email, roleIds: [roles.get(role)] }];
  const made = await theirs.request.post(`${api}/invitations`, { headers, data: { invitations } });
  const { results } = await made.json();
  const link = await theirs.request.post(`${api}/invitations/${results[0].invitation.id}/link`, { headers });
  const token = String((await link.json()).url).split("#")[1];
  const { context, page } = await openWindow(browser);
  const data = { token, name: "Elif Demirci", password: "likes long walks in the rain" };
  await context.request.post(`${server.url}/api/v1/invitations/accept`, { headers, data });
  const me = await (await context.request.get(`${server.url}/api/v1/me`)).json();
  return { page, userId: me.organizations[0].userId };
}

test("losing a permission removes its buttons without a reload", async () => {
  const { page, userId } = await join("elif@lodos.example", "App Admin");
  await openFollowing(page, "/users");
  await page.getByRole("button", { name: "Invite user" }).waitFor();

  await change(userId, () => ({ roleIds: [roles.get("Viewer")] }));

  await page.getByRole("button", { name: "Invite user" }).waitFor({ state: "detached", ...soon });
  await page.context().close();
});
