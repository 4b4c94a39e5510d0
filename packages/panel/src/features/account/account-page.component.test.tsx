import type { MeView } from "@gatehouse/sdk/contract";
import { expect, test } from "vitest";
import { page } from "vitest/browser";
import { createMe, listOf } from "../../../test/fixtures.ts";
import { openPage, press } from "../../../test/render.tsx";

const nameField = page.getByRole("textbox", { name: "Your name" });
const save = page.getByRole("button", { name: "Save name" });

/** Opens the account page of a user with this name in the organization. */
async function openAccount(userName = "Olive Brandt") {
  const sent: unknown[] = [];
  const withName = (name: string): MeView => {
    const me = createMe();
    const organizations = me.organizations.map((organization) => ({ ...organization, userName }));
    return { ...me, account: { ...me.account, name }, organizations };
  };
  await openPage("/account", {
    "GET /me": withName("Olive Brandt"),
    "GET /me/sessions": listOf([]),
    "PATCH /me": ({ body }) => {
      sent.push(body);
      return withName((body as { readonly name: string }).name);
    },
  });
  return sent;
}

test("an empty name has one error, which is connected with the field, and sends nothing", async () => {
  const sent = await openAccount();
  for (const blank of ["", "   "]) {
    await nameField.fill(blank);
    await save.click();
    await expect.element(nameField).toHaveFocus();
    await expect.element(nameField).toHaveAccessibleDescription(/^Enter your name/);
    expect(page.getByText("Enter your name").elements()).toHaveLength(1);
    expect(page.getByRole("main").getByRole("alert").elements()).toHaveLength(0);
  }
  expect(sent).toEqual([]);
  await nameField.fill("Olive B.");
  await expect.element(nameField).not.toHaveAttribute("aria-invalid");
  await press("Control+s");
  await expect.element(page.getByText("Your name is saved")).toBeVisible();
  expect(sent).toEqual([{ name: "Olive B." }]);
});

test("says who sees the name, and where the user has another one", async () => {
  await openAccount("O. Brandt (Lodos)");
  await expect
    .element(nameField)
    .toHaveAccessibleDescription(
      "Your colleagues see it, unless an access manager gave you another name in the organization.",
    );
  await expect.element(page.getByText(/^In Lodos Retail your name is “O. Brandt .Lodos.”/)).toBeVisible();
  const account = page.getByRole("region", { name: "My account" });
  await expect.element(account.getByText("O. Brandt (Lodos)")).toBeVisible();
});

test("says nothing of organizations where the name is the same", async () => {
  await openAccount();
  await expect.element(nameField).toHaveValue("Olive Brandt");
  expect(page.getByText(/In Lodos Retail your name/).elements()).toHaveLength(0);
});
