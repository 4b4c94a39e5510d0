/** Opens the screens of a demo one after the other. */
import type { Browser, Page } from "playwright-core";
import { createScreenOpener } from "./open-screen.ts";
import { type Appearance, heights, openWindow, waitUntilIdle } from "./panel-page.ts";
import type { Screen, ScreenParameters } from "./screens/screen.ts";
import { anonymousScreens, ownerScreens } from "./screens/screens.ts";
import { replaceResponses } from "./screens/stub.ts";
import { lesserRole, teamLeadPermissions, teamLeadScreens } from "./screens/team-lead-screens.ts";

const owner = { email: "owner@example.test", password: "correct horse battery staple" };

/** The widths in pixels at which screens are checked. */
export type Width = NonNullable<Appearance["width"]>;

/**
 * Runs in every page: lists ask for 20 rows instead of 50. The rows repeat the same structure, and 20 are higher than the window. With
 * 50, most of the time would be spent on laying them out at each width and on checking them.
 */
const shortenLists = `{
  const send = window.fetch;
  window.fetch = (input, init) => {
    const request = new Request(input, init);
    const url = request.url.replace(/(?<=[?&]limit=)50\\b/, "20");
    return send(url === request.url ? request : new Request(url, request));
  };
}`;

interface Visitor {
  /** Runs on every screen when nothing on it is loading. `reopen` loads the screen again at another width. */
  readonly visit: (screen: Screen, page: Page, reopen: (width: Width) => Promise<void>) => Promise<void>;
  /** Skips the screens for which it returns false. */
  readonly isWanted?: (screen: Screen) => boolean;
}

/** Opens every screen of a demo in one window and returns the errors that the pages threw. */
export async function visitScreens(
  browser: Browser,
  url: string,
  appearance: Appearance,
  { visit, isWanted = () => true }: Visitor,
): Promise<readonly string[]> {
  const { context, page, errors } = await openWindow(browser, appearance);
  await context.addInitScript({ content: `${shortenLists} ${replaceResponses}` });
  const parameters = await signInAsOwner(page, url, appearance);
  const opener = createScreenOpener(page, url, parameters);
  const visitAll = async (screens: readonly Screen[]) => {
    await opener.start();
    for (const screen of screens.filter(isWanted)) {
      const openAt = (width: Width = 1280) => opener.open(screen, width);
      await openAt(appearance.width);
      await visit(screen, page, openAt);
    }
  };
  await visitAll(ownerScreens);
  await signInAsTeamLead(page, url, appearance);
  await visitAll(teamLeadScreens);
  await context.clearCookies();
  await visitAll(anonymousScreens);
  await context.close();
  return errors;
}

/** Changes the width of the window. Returns false if that closed a dialog or a menu, so the screen has to be opened again. */
export async function resize(page: Page, width: Width): Promise<boolean> {
  const overlays = page.locator("[role=dialog], [role=alertdialog], [role=menu], [role=listbox]");
  const before = await overlays.count();
  await page.setViewportSize({ width, height: heights[width] });
  await waitUntilIdle(page);
  return (await overlays.count()) === before;
}

/** Runs statements in the page. They call the API with `request(path, method, body)`. */
function run<T>(page: Page, statements: string): Promise<T> {
  return page.evaluate<T>(`(async () => {
    const request = async (path, method = "GET", body = undefined) => {
      const answer = await fetch("/api/v1" + path, {
        method,
        ...(body === undefined ? {} : { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
      });
      if (!answer.ok) throw new Error(method + " " + path + ": " + (await answer.text()));
      return answer.json();
    };
    ${statements}
  })()`);
}

const getLanguage = ({ locale }: Appearance) => (locale === "tr-TR" ? "tr" : "en");

/** Signs in as the owner and reads the ids that the addresses of screens contain. */
async function signInAsOwner(page: Page, url: string, appearance: Appearance): Promise<ScreenParameters> {
  await page.goto(`${url}/sign-in`);
  return run(
    page,
    `await request("/sessions", "POST", ${JSON.stringify(owner)});
    await request("/me", "PATCH", { language: "${getLanguage(appearance)}" });
    const { organizations } = await request("/me");
    const [{ id, userId }] = organizations;
    const base = "/organizations/" + id;
    const roles = (await request(base + "/roles?limit=100")).items;
    const role = (name) => roles.find((one) => one.defaultName === name).id;
    const users = (await request(base + "/users?query=isil&limit=100")).items;
    const user = users.toSorted((a, b) => b.roles.length - a.roles.length)[0].id;
    const [invitation] = (await request(base + "/invitations?status=pending")).items;
    const link = await request(base + "/invitations/" + invitation.id + "/link", "POST", {});
    return { organization: id, user, owner: userId, marketer: role("Marketer"), viewer: role("Viewer"), ownerRole: role("Owner"), token: link.url.split("#")[1] };`,
  );
}

/** Creates the roles that the screens need and invites a team lead as the owner, accepts as that person and stays signed in. */
async function signInAsTeamLead(page: Page, url: string, appearance: Appearance): Promise<void> {
  await page.unrouteAll();
  await page.goto(`${url}/users`);
  const token = await run<string>(
    page,
    `const base = "/organizations/" + (await request("/me")).organizations[0].id;
    const { items } = await request(base + "/roles?limit=100");
    const ensureRole = async (name, description, permissions) =>
      items.find((role) => role.name === name) ?? request(base + "/roles", "POST", { name, description, permissions });
    const role = await ensureRole(
      "Team Lead",
      "Looks after the people of a team and their campaigns",
      ${JSON.stringify(teamLeadPermissions)},
    );
    await ensureRole("${lesserRole}", "Sees campaigns", ["campaigns:view"]);
    const email = "lead-" + crypto.randomUUID() + "@lodos.example";
    const { results } = await request(base + "/invitations", "POST", { invitations: [{ email, roleIds: [role.id] }], send: false });
    const link = await request(base + "/invitations/" + results[0].invitation.id + "/link", "POST", {});
    return link.url.split("#")[1];`,
  );
  await page.context().clearCookies();
  await page.goto(`${url}/sign-in`);
  const invited = { token, name: "Deniz Aksoy", password: "likes long walks in the rain" };
  await run(
    page,
    `await request("/invitations/accept", "POST", ${JSON.stringify(invited)});
    await request("/me", "PATCH", { language: "${getLanguage(appearance)}" });`,
  );
}
