import type { MeView, RoleView } from "@gatehouse/sdk/contract";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type MailedPanel, startMailedPanel } from "../support/mailed-panel.ts";
import { openWindow, owner, setUp, signIn } from "../support/panel-page.ts";

let panel: MailedPanel;

beforeAll(async () => {
  panel = await startMailedPanel();
});

afterAll(() => panel.stop());

test("a Turkish reader sees Turkish names of roles in the invite dialog, the email and the page of the link", async () => {
  const { page, errors } = await openWindow(panel.browser);
  await setUp(page, panel.server);
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
  await expect.poll(() => panel.mail.accepted().length).toBe(1);

  const email = panel.mail.accepted()[0]?.email;
  expect(email?.text).toContain("Pazarlamacı: Her kanalda kampanya oluşturur ve gönderir; onaylayamaz");
  expect(email?.text).not.toContain("Marketer");
  const { page: invited, errors: invitedFaults } = await openWindow(panel.browser, { locale: "tr-TR" });
  await invited.goto(await panel.readLink("elif@lodos.example"));
  await invited.getByRole("heading", { name: "Lodos Retail kuruluşuna katılın" }).waitFor();
  await invited.getByText("Pazarlamacı", { exact: true }).waitFor();
  await invited.getByRole("button", { name: "English" }).click();
  await invited.getByText("Marketer", { exact: true }).waitFor();
  expect([...errors, ...invitedFaults]).toEqual([]);
});

test("saving a role in Turkish changes its default name only in its own field", async () => {
  const { page } = await openWindow(panel.browser);
  await signIn(page, panel.server, owner);
  const read = () =>
    page.evaluate<RoleView>(`(async () => {
      const ask = async (path) => (await fetch("/api/v1" + path)).json();
      const id = (await ask("/me")).organizations[0].id;
      const { items } = await ask("/organizations/" + id + "/roles?limit=100");
      return items.find(({ translations }) => translations.tr?.description?.startsWith("Her kanalda"));
    })()`);
  const before = await read();
  await page.goto(`${panel.server.url}/roles/${before.id}`);
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
