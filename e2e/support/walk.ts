/** Walks through the screens of a demo, in one look. */
import type { Browser, Page } from "playwright-core";
import { leadPermissions, leadScreens } from "./lead-screens.ts";
import { type Look, openWindow } from "./panel.ts";
import type { Known, Screen } from "./screen.ts";
import { inside, outside } from "./screens.ts";

const owner = { email: "owner@example.test", password: "correct horse battery staple" };

/** What is done on the way. */
interface Walk {
  /** Looks at a screen that has come to rest. */
  readonly visit: (screen: Screen, page: Page) => Promise<void>;
  /** Leaves the others out. */
  readonly isWanted?: (screen: Screen) => boolean;
}

/** Opens every screen, in a window of its own size, theme and language, and answers what pages threw. */
export async function walk(
  browser: Browser,
  url: string,
  look: Look,
  { visit, isWanted = () => true }: Walk,
): Promise<readonly string[]> {
  const { context, page, faults } = await openWindow(browser, look);
  const known = await arrive(page, url, look);
  const go = async (screens: readonly Screen[]) => {
    for (const screen of screens.filter(isWanted)) {
      await open(page, url, screen, known);
      await visit(screen, page);
    }
  };
  await go(inside);
  await becomeLead(page, url, look);
  await go(leadScreens);
  await context.clearCookies();
  await go(outside);
  await context.close();
  return faults;
}

async function open(page: Page, url: string, { name, path, act }: Screen, known: Known): Promise<void> {
  // A page that differs only behind the # would not load anew.
  await page.unrouteAll();
  await page.goto("about:blank");
  await page.goto(`${url}${typeof path === "string" ? path : path(known)}`);
  await rest(page);
  try {
    await act?.(page);
  } catch (error) {
    throw new Error(`The screen ${name} can't be brought into its state.`, { cause: error });
  }
  await rest(page);
}

/** Waits until the page has its heading and loads nothing more that it shows. */
async function rest(page: Page): Promise<void> {
  await page.locator("h1").first().waitFor();
  await page.locator("[aria-busy=true]:not(button)").first().waitFor({ state: "detached" });
  await page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))");
}

/** Runs statements in the page that may `ask` the server. */
function run<T>(page: Page, statements: string): Promise<T> {
  return page.evaluate<T>(`(async () => {
    const ask = async (path, method = "GET", body = undefined) => {
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

const languageOf = ({ locale }: Look) => (locale === "tr-TR" ? "tr" : "en");

/** Signs in and finds out what the addresses of screens are made of. */
async function arrive(page: Page, url: string, look: Look): Promise<Known> {
  await page.goto(`${url}/sign-in`);
  return run(
    page,
    `await ask("/sessions", "POST", ${JSON.stringify(owner)});
    await ask("/me", "PATCH", { language: "${languageOf(look)}" });
    const { organizations } = await ask("/me");
    const [{ id, userId }] = organizations;
    const base = "/organizations/" + id;
    const roles = (await ask(base + "/roles?limit=100")).items;
    const role = (name) => roles.find((one) => one.name === name).id;
    const users = (await ask(base + "/users?query=isil&limit=50")).items;
    const user = users.toSorted((a, b) => b.roles.length - a.roles.length)[0].id;
    const [invitation] = (await ask(base + "/invitations?status=pending")).items;
    const link = await ask(base + "/invitations/" + invitation.id + "/link", "POST", {});
    return { organization: id, user, owner: userId, marketer: role("Marketer"), viewer: role("Viewer"), ownerRole: role("Owner"), token: link.url.split("#")[1] };`,
  );
}

/** The owner invites somebody who leads a team, and that person signs in instead. */
async function becomeLead(page: Page, url: string, look: Look): Promise<void> {
  await page.unrouteAll();
  await page.goto(`${url}/users`);
  const token = await run<string>(
    page,
    `const base = "/organizations/" + (await ask("/me")).organizations[0].id;
    const { items } = await ask(base + "/roles?limit=100");
    const role = items.find(({ name }) => name === "Team Lead") ?? (await ask(base + "/roles", "POST", {
      name: "Team Lead",
      description: "Looks after the people of a team and their campaigns",
      permissions: ${JSON.stringify(leadPermissions)},
    }));
    const email = "lead-" + crypto.randomUUID() + "@lodos.example";
    const { results } = await ask(base + "/invitations", "POST", { invitations: [{ email, roleIds: [role.id] }], send: false });
    const link = await ask(base + "/invitations/" + results[0].invitation.id + "/link", "POST", {});
    return link.url.split("#")[1];`,
  );
  await page.context().clearCookies();
  await page.goto(`${url}/sign-in`);
  const newcomer = { token, name: "Deniz Aksoy", password: "likes long walks in the rain" };
  await run(
    page,
    `await ask("/invitations/accept", "POST", ${JSON.stringify(newcomer)});
    await ask("/me", "PATCH", { language: "${languageOf(look)}" });`,
  );
}
