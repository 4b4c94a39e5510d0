/** Authenticator app, passkey and recovery code of one person, by keyboard, with a virtual authenticator of the browser. */
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type MailServer, startMailServer } from "../../packages/server/test/mail-server.ts";
import { freePort } from "../../scripts/testing/free-port.mjs";
import { nextCode } from "../support/authenticator.ts";
import { closeWindows, shareChromium } from "../support/chromium.ts";
import { join } from "../support/join.ts";
import { tabTo } from "../support/keyboard.ts";
import { openWindow, setUp } from "../support/panel-page.ts";
import { type RunningServer, startServer, type TestedEngine } from "../support/start-server.ts";
import { addVirtualAuthenticator } from "../support/virtual-authenticator.ts";

const email = "ada@lodos.example";
const fresh = "seven green copper gates";
let browser: Browser;
let mail: MailServer;
let server: RunningServer;
let url: string;

beforeAll(async () => {
  [browser, mail] = await Promise.all([shareChromium(), startMailServer()]);
});
afterEach(() => server.stop());
afterAll(async () => {
  await closeWindows(browser);
  await mail.close();
});

/** Starts the server at localhost: browsers allow no passkeys at an IP address. */
async function start(engine: TestedEngine): Promise<void> {
  const port = await freePort();
  url = `http://localhost:${port}`;
  server = await startServer({ PORT: String(port), PUBLIC_URL: url, SMTP_URL: mail.url }, engine);
}

/** The link in the newest of these emails. */
async function readResetLink(after: number): Promise<string> {
  const find = () =>
    mail
      .accepted()
      .slice(after)
      .filter(({ recipients }) => recipients.includes(email))
      .flatMap(({ email: { text } }) => /http:\S+\/reset#\S+/.exec(text ?? "")?.[0] ?? [])
      .at(-1);
  await expect.poll(find, { timeout: 20_000 }).toBeDefined();
  return find() ?? "";
}

const heading = (page: Page, name: string) => page.getByRole("heading", { name, level: 1 }).waitFor();

/** Presses a button or follows a link with Enter. */
async function pressOn(page: Page, role: "button" | "link", name: string): Promise<void> {
  await tabTo(page, page.getByRole(role, { name, exact: true }));
  await page.keyboard.press("Enter");
}

async function enterPassword(page: Page, password: string): Promise<void> {
  await page.goto(`${url}/sign-in`);
  await heading(page, "Sign in");
  await page.keyboard.type(email);
  await page.keyboard.press("Tab");
  await page.keyboard.type(password);
  await page.keyboard.press("Enter");
}

async function signOut(page: Page): Promise<void> {
  await tabTo(page, page.getByRole("region", { name: "My account" }).getByRole("button"));
  await page.keyboard.press("Enter");
  await pressOn(page, "button", "Sign out");
}

/** Sets up an authenticator app in My account. Returns its secret and the recovery codes. */
async function setUpApp(page: Page): Promise<{ readonly secret: string; readonly codes: readonly string[] }> {
  await page.goto(`${url}/account`);
  await heading(page, "My account");
  await pressOn(page, "button", "Set up");
  const dialog = page.getByRole("dialog");
  const secret = await dialog.getByLabel("Key", { exact: true }).inputValue();
  await tabTo(page, dialog.getByRole("textbox", { name: "Code" }));
  await page.keyboard.type(nextCode(secret));
  await page.keyboard.press("Enter");
  const codes = (await page.getByRole("textbox", { name: "Recovery codes" }).inputValue()).split("\n");
  await pressOn(page, "button", "I have saved them");
  return { secret, codes };
}

test.each(["embedded", "PostgreSQL"] as const)(
  "%s: forget the password, sign in with the app, add a passkey, use it, lose it, use a recovery code, be reset",
  async (engine) => {
    await start(engine);
    const sentBefore = mail.accepted().length;
    const { page: manager } = await openWindow(browser);
    await setUp(manager, server);
    const { secret, codes } = await setUpApp(
      await join(browser, manager, { name: "Ada Acar", email, role: "Viewer" }),
    );

    const { context, page, errors } = await openWindow(browser);
    const device = await addVirtualAuthenticator(page);
    await page.goto(`${url}/sign-in`);
    await heading(page, "Sign in");
    expect(await page.getByLabel("E-mail").getAttribute("autocomplete")).toBe("username webauthn");
    await page.keyboard.type(email);
    await pressOn(page, "link", "Forgot your password?");
    await heading(page, "Set a new password");
    await page.getByRole("button", { name: "Send the link" }).and(page.locator(":focus")).waitFor();
    await page.keyboard.press("Enter");
    await heading(page, "Check your e-mail");
    await page.goto(await readResetLink(sentBefore));
    await tabTo(page, page.getByLabel("New password", { exact: true }));
    await page.keyboard.type(fresh);
    await page.keyboard.press("Enter");
    await heading(page, "Your password is set");

    await enterPassword(page, fresh);
    await page.getByRole("textbox", { name: "Code" }).and(page.locator(":focus")).waitFor();
    await page.keyboard.type(nextCode(secret));
    await page.keyboard.press("Enter");
    await page.waitForURL((at) => at.pathname !== "/sign-in");

    await page.goto(`${url}/account`);
    await heading(page, "My account");
    await pressOn(page, "button", "Add a passkey");
    const name = page.getByRole("dialog").getByLabel("Name");
    expect(await name.inputValue()).toBe("Linux");
    await tabTo(page, name);
    await page.keyboard.press("Enter");
    await page.getByText("The passkey “Linux” is added").waitFor();
    expect(await device.count()).toBe(1);

    const answered = page.waitForResponse((response) => response.url().endsWith("/sessions/passkey"));
    await signOut(page); // the device answers the suggestion of the sign-in page by itself
    expect((await answered).status()).toBe(201);
    await page.waitForURL((at) => at.pathname !== "/sign-in");
    await page.goto(`${url}/account`);
    await page.getByRole("list", { name: "Your passkeys" }).getByText("last used").waitFor();

    await device.remove();
    await signOut(page);
    await heading(page, "Sign in");
    await enterPassword(page, fresh);
    await pressOn(page, "button", "Use a recovery code");
    await tabTo(page, page.getByLabel("Recovery code"));
    await page.keyboard.type(codes[0] ?? "");
    await page.keyboard.press("Enter");
    await page.waitForURL((at) => at.pathname !== "/sign-in");

    await manager.goto(`${url}/users`);
    await tabTo(manager, manager.getByRole("link", { name: "Ada Acar" }).first());
    await manager.keyboard.press("Enter");
    await heading(manager, "Ada Acar");
    await tabTo(manager, manager.locator("main button[aria-haspopup=menu]").first());
    await manager.keyboard.press("Enter");
    await tabTo(manager, manager.getByRole("menuitem", { name: "Reset second factors…" }), "ArrowDown");
    await manager.keyboard.press("Enter");
    await pressOn(manager, "button", "Reset second factors");
    await manager.getByText("Ada Acar signs in with the password alone now").waitFor();
    await page.reload();
    await heading(page, "Sign in");
    await enterPassword(page, fresh);
    await page.waitForURL((at) => at.pathname !== "/sign-in");
    expect(errors).toEqual([]);
    await context.close();
    await manager.context().close();
  },
  180_000, // with the start of a server
);
