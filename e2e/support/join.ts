/** More users for a browser test: each joins through an invitation link in a new window. */
import type { Browser, Page } from "playwright-core";
import { openWindow } from "./panel-page.ts";

interface InvitedPerson {
  readonly name: string;
  readonly email: string;
  /** Name of the role. */
  readonly role: string;
}

/** Invites a person from the page, accepts the invitation in a new window, and returns its page. */
export async function join(
  browser: Browser,
  inviter: Page,
  { name, email, role }: InvitedPerson,
): Promise<Page> {
  const link = await inviter.evaluate<string>(`(async () => {
    const { email, role } = ${JSON.stringify({ email, role })};
    const ask = async (path, body) => {
      const answer = await fetch("/api/v1" + path, body === undefined ? {} : {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      });
      return answer.json();
    };
    const base = "/organizations/" + (await ask("/me")).organizations[0].id;
    const { items } = await ask(base + "/roles?limit=100");
    const roleIds = items.filter(({ name }) => name === role).map(({ id }) => id);
    const { results } = await ask(base + "/invitations", { invitations: [{ email, roleIds }] });
    return (await ask(base + "/invitations/" + results[0].invitation.id + "/link", {})).url;
  })()`);
  const { page } = await openWindow(browser);
  await page.goto(link);
  await page.getByLabel("Your name").fill(name);
  await page.getByLabel("Password", { exact: true }).fill("likes long walks in the rain");
  await page.getByRole("button", { name: "Join and sign in" }).click();
  await page.waitForURL((url) => url.pathname !== "/accept");
  return page;
}
