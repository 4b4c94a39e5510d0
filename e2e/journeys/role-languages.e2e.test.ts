import type { MeView, RoleView } from "@gatehouse/sdk/contract";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type MailServer, startMailServer } from "../../packages/server/test/mail-server.ts";
import { launchChromium } from "../support/chromium.ts";
import { openWindow, setUp } from "../support/panel-page.ts";
import { type RunningServer, startServer } from "../support/start-server.ts";

let browser: Browser;
let mail: MailServer;
let server: RunningServer;

beforeAll(async () => {
  browser = await launchChromium();
  mail = await startMailServer();
  server = await startServer({ SMTP_URL: mail.url });
});

afterAll(async () => {
  await browser.close();
  await server.stop();
  await mail.close();
});

test("a Turkish reader sees Turkish names of roles in the invite dialog, the email and the page of the link", async () => {
  const { page, errors } = await openWindow(browser);
  await setUp(page, server);
  await page.evaluate(`(async () => {
    const ask = (path, init) => fetch("/api/v1" + path, init);
    const { organizations } = await (await ask("/me")).json();
    const path = "/organizations/" + organizations[0].id;
    const edit = (path, body, headers) => ask(path, {
      method: "PATCH",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
    const etag = (await ask(path)).headers.get("etag");
    await edit(path, { language: "tr" }, { "if-match": etag });
    await edit("/me", { language: "tr" });
  })()`);
  await page.reload();
  await page.getByRole("heading", { name: "Kullanıcılar", level: 1 }).waitFor();
  await page.getByText("Sahip", { exact: true }).first().waitFor();

  await page.keyboard.press("i");
  const dialog = page.getByRole("dialog", { name: "Kullanıcı davet et" });
  await dialog.waitFor();
  await page.keyboard.type("elif@lodos.example");
  await dialog.getByRole("checkbox", { name: /^Pazarlamacı/ }).check();
  expect(await dialog.getByText(/Marketer|Viewer|Owner/).count()).toBe(0);
  await page.keyboard.press("Control+Enter");
  await expect.poll(() => mail.accepted().length).toBe(1);

  const email = mail.accepted()[0]?.email;
  expect(email?.text).toContain("Pazarlamacı: Her kanalda kampanya oluşturur ve gönderir; onaylayamaz");
  expect(email?.text).not.toContain("Marketer");
  const link = /http:\S+\/accept#\S+/.exec(email?.text ?? "")?.[0] ?? "";
  const { page: invited, errors: invitedFaults } = await openWindow(browser, { locale: "tr-TR" });
  await invited.goto(link);
  await invited.getByRole("heading", { name: "Lodos Retail kuruluşuna katılın" }).waitFor();
  await invited.getByText("Pazarlamacı", { exact: true }).waitFor();
  await invited.getByRole("button", { name: "English" }).click();
  await invited.getByText("Marketer", { exact: true }).waitFor();
  expect([...errors, ...invitedFaults]).toEqual([]);
});

test("saving a role in Turkish changes its default name only in its own field", async () => {
  const { page } = await openWindow(browser);
  await page.goto(`${server.url}/sign-in`);
  await page.locator('input[type="email"]').fill("olive@lodos.example");
  await page.locator('input[type="password"]').fill("correct horse battery staple");
  await page.keyboard.press("Enter");
  await page.waitForURL((url) => url.pathname !== "/sign-in");
  const read = () =>
    page.evaluate<RoleView>(`(async () => {
      const ask = async (path) => (await fetch("/api/v1" + path)).json();
      const id = (await ask("/me")).organizations[0].id;
      const { items } = await ask("/organizations/" + id + "/roles?limit=100");
      return items.find(({ translations }) => translations.tr?.description?.startsWith("Her kanalda"));
    })()`);
  const before = await read();
  await page.goto(`${server.url}/roles/${before.id}`);
  await page.getByRole("heading", { name: "Pazarlamacı", level: 1 }).waitFor();
  expect(await page.locator("#role-name").inputValue()).toBe("Marketer");
  await page.getByText("Başka dillerdeki adlar").click();
  await page.getByLabel("Türkçe ad").fill("Kampanyacı");
  await page.keyboard.press("Control+s");
  await page.getByRole("dialog").getByText("Kampanyacı").waitFor();
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Kampanyacı", level: 1 }).waitFor();
  const after = await read();
  expect(after).toMatchObject({ defaultName: "Marketer", defaultDescription: before.defaultDescription });
  expect(after.translations.tr).toEqual({ ...before.translations.tr, name: "Kampanyacı" });
  const me = await page.evaluate<MeView>(
    `fetch("/api/v1/me", { headers: { "accept-language": "tr" } }).then((answer) => answer.json())`,
  );
  expect(me.organizations[0]?.roles).toMatchObject([{ name: "Sahip" }]);
});
