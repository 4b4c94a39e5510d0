/** Texts with markup run nothing on any page, and no page of Gatehouse can be shown inside another site. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { exampleCatalogue } from "@gatehouse/access/example";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { closeWindows, shareChromium } from "../support/chromium.ts";
import { openWindow, owner, setUp, waitUntilIdle } from "../support/panel-page.ts";
import { openMenu } from "../support/screens/actions.ts";
import { type RunningServer, startServer } from "../support/start-server.ts";

/** Runs where a page builds HTML of it, in a text or in an attribute. */
const hostile = `"'><img src=x onerror=ran()><script>ran()</script>`;

/** What the requests below have created. */
interface Created {
  readonly organization: string;
  readonly user: string;
  readonly role: string;
  readonly link: string;
}

let browser: Browser;
let server: RunningServer;
let context: BrowserContext;
let page: Page;
let errors: readonly string[];
let created: Created;
const runs: string[] = [];

beforeAll(async () => {
  browser = await shareChromium();
  server = await startServer();
  ({ context, page, errors } = await openWindow(browser));
  await context.exposeFunction("ran", () => runs.push(page.url()));
  page.on("dialog", (dialog) => runs.push(dialog.message()));
  await setUp(page, server);
  const values = JSON.stringify([hostile, exampleCatalogue.definition.map(({ key }) => key)]);
  created = await page.evaluate<Created>(`(${fillEveryText.toString()})(...${values})`);
  await signInWithHostileBrowser();
});

afterAll(async () => {
  await context.close();
  await closeWindows(browser);
  await server.stop();
});

/** The members of responses that the requests below need. */
interface Answer {
  readonly id: string;
  readonly url: string;
  readonly organizations: readonly [{ readonly id: string }];
  readonly groups: readonly {
    readonly key: string;
    readonly actions: readonly {
      readonly permission: string;
      readonly sensitive: boolean;
      readonly implies: readonly string[];
    }[];
  }[];
  readonly results: readonly [{ readonly invitation: { readonly id: string } }];
}

/** Puts the text wherever the API takes one. Runs in the page. */
async function fillEveryText(text: string, panelGroups: readonly string[]): Promise<unknown> {
  const send = async (method: string, path: string, body?: unknown, headers: object = {}) => {
    const response = await fetch(`/api/v1${path}`, {
      method,
      headers: { "content-type": "application/json", ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer = (await response.json()) as Answer;
    if (!response.ok) throw new Error(`${method} ${path}: ${JSON.stringify(answer)}`);
    return { answer, version: { "if-match": response.headers.get("etag") ?? "" } };
  };
  const me = await send("GET", "/me");
  const organization: string = me.answer.organizations[0].id;
  const here = `/organizations/${organization}`;
  const before = await send("GET", here);
  await send("PATCH", here, { name: text }, before.version);
  await send("PATCH", "/me", { name: text });
  const catalogue = await send("GET", `${here}/permissions`);
  const groups = catalogue.answer.groups
    .filter(({ key }) => panelGroups.includes(key))
    .map(({ key, actions }) => [
      key,
      {
        label: text,
        description: text,
        actions: Object.fromEntries(
          actions.map(({ permission, sensitive, implies }) => [
            permission.split(":")[1] ?? "",
            { label: text, description: text, sensitive, implies },
          ]),
        ),
      },
    ]);
  await send("PUT", `${here}/permissions`, Object.fromEntries(groups), catalogue.version);
  const role = await send("POST", `${here}/roles`, {
    name: text,
    description: text,
    permissions: ["campaigns:view"],
  });
  const user = await send("POST", `${here}/users`, {
    email: "ada@lodos.example",
    name: text,
    externalId: text,
    roleIds: [role.answer.id],
  });
  const invited = await send("POST", `${here}/invitations`, {
    invitations: [{ email: "invited@lodos.example", name: text, roleIds: [role.answer.id] }],
    message: text,
  });
  const invitation: string = invited.answer.results[0].invitation.id;
  const link = await send("POST", `${here}/invitations/${invitation}/link`, {});
  await send("POST", `${here}/api-keys`, { name: text, permissions: ["users:view"] });
  return { organization, user: user.answer.id, role: role.answer.id, link: link.answer.url };
}

/** A session whose browser calls itself by the text. */
async function signInWithHostileBrowser(): Promise<void> {
  const response = await fetch(`${server.url}/api/v1/sessions`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: server.url, "user-agent": hostile },
    body: JSON.stringify({ email: owner.email, password: owner.password }),
  });
  expect(response.status).toBe(201);
}

/** The pages that show texts of people, and whether this one does. */
const pages = (): readonly (readonly [path: string, shows: boolean])[] => {
  const query = encodeURIComponent(hostile);
  return [
    ["/users", true],
    [`/users?query=${query}`, true],
    [`/users?role=${query}`, false],
    [`/users/${created.user}`, true],
    ["/users/changes", false],
    ["/who-can?permission=campaigns:view", true],
    ["/roles", true],
    [`/roles?query=${query}`, true],
    [`/roles/${created.role}`, true],
    ["/roles/new", true],
    [`/roles/compare?a=${created.role}&b=${created.role}`, true],
    ["/invitations", false],
    ["/invitations/new", true],
    ["/audit", true],
    [`/audit?query=${query}`, false],
    ["/settings/organization", false],
    ["/settings/api-keys", true],
    ["/settings/mail", false],
    ["/settings/security", false],
    ["/account", true],
    ["/welcome", true],
    [created.link.slice(server.url.length), false],
    [`/sign-in?next=javascript:ran()`, false],
    [`/sign-in?next=//evil.example/${query}`, false],
    [`/hand-off?origin=javascript:ran()&organization=${query}&state=x&to=/`, false],
    [`/help?query=${query}`, false],
    [`/${query}`, false],
  ];
};

test("markup in every text is shown as text and runs nothing, on any page", async () => {
  const withoutText: string[] = [];
  for (const [path, shows] of pages()) {
    await page.goto("about:blank"); // a change of the fragment alone loads nothing
    await page.goto(`${server.url}${path}`);
    await waitUntilIdle(page);
    if (!shows) continue;
    const main = page.locator("main"); // the sidebar always shows the organization's name
    const isShown = await main
      .getByText(hostile)
      .or(main.locator(`input[value=${JSON.stringify(hostile)}]`))
      .first()
      .waitFor({ state: "attached", timeout: 10_000 })
      .then(
        () => true,
        () => false,
      );
    if (!isShown) withoutText.push(path);
  }
  expect({ withoutText, runs, errors }).toEqual({ withoutText: [], runs: [], errors: [] });
  expect(await page.evaluate("document.querySelectorAll('img[src=x]').length")).toBe(0);
});

test("markup in an invitation runs nothing on its page", async () => {
  const invited = await openWindow(browser);
  await invited.context.exposeFunction("ran", () => runs.push("the page of an invitation"));
  await invited.page.goto(created.link);
  await invited.page.getByText(hostile).first().waitFor();
  await waitUntilIdle(invited.page);
  expect({ runs, errors: invited.errors }).toEqual({ runs: [], errors: [] });
  await invited.context.close();
});

test("markup in names runs nothing in menus and dialogs", async () => {
  await page.goto(`${server.url}/users/${created.user}`);
  await waitUntilIdle(page);
  await openMenu(page);
  await page.getByRole("menuitem").last().click();
  await page.getByRole("alertdialog").getByText(hostile).first().waitFor();
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+k");
  await page.keyboard.type("onerror");
  await page.getByRole("option").or(page.getByRole("menuitem")).first().waitFor();
  await page.keyboard.press("Escape");
  expect({ runs, errors }).toEqual({ runs: [], errors: [] });
});

test("another site can't show a page of Gatehouse in a frame, signed in or not", async () => {
  const paths = [
    "/users",
    "/sign-in",
    "/account",
    "/hand-off",
    "/help",
    "/api",
    created.link.slice(server.url.length),
  ];
  const site = createServer((_, response) =>
    response
      .setHeader("content-type", "text/html")
      .end(paths.map((path) => `<iframe src="${server.url}${path}"></iframe>`).join("")),
  );
  await new Promise<void>((resolve) => site.listen(0, "127.0.0.1", resolve));
  const framing = await context.newPage();
  await framing.goto(`http://127.0.0.1:${(site.address() as AddressInfo).port}/`, { waitUntil: "load" });
  const [, ...frames] = framing.frames();
  expect(frames).toHaveLength(paths.length);
  for (const frame of frames) {
    await expect.poll(() => frame.url()).toBe("chrome-error://chromewebdata/");
    expect(await frame.locator("input, h1:has-text('Users')").count()).toBe(0);
  }
  await framing.close();
  await new Promise((resolve) => site.close(resolve));
});
