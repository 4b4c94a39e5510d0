import { expect, test, vi } from "vitest";
import { page } from "vitest/browser";
import { allPermissions, createMe, createOrganization, listOf } from "../../../test/fixtures.ts";
import { openPage } from "../../../test/render.tsx";
import { json } from "../../../test/stub-api.ts";

const secret = `ghk_${"0".repeat(32)}_${"k".repeat(43)}`;
const lines = `GATEHOUSE_URL=${location.origin}\nGATEHOUSE_API_KEY=${secret}`;

async function createKey(): Promise<void> {
  await openPage("/settings/api-keys", {
    "GET /me": createMe([...allPermissions, "api-keys:view", "api-keys:create"]),
    "GET /organizations/:organizationId/api-keys": listOf([]),
    "POST /organizations/:organizationId/api-keys": () => Response.json({ apiKey: {}, secret }),
  });
  await page.getByRole("button", { name: "Create API key" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabelText("Name").fill("Campaign panel");
  await dialog.getByRole("checkbox").first().click();
  await dialog.getByRole("button", { name: "Create key" }).click();
}

test("a new key is shown alone and as the lines of an .env file; each is copied with its button", async () => {
  const write = vi.spyOn(navigator.clipboard, "writeText").mockResolvedValue();
  await createKey();
  await expect.element(page.getByLabelText("API key", { exact: true })).toHaveValue(secret);
  await expect.element(page.getByLabelText("Lines for the .env file")).toHaveValue(lines);
  await page.getByRole("button", { name: "Copy Lines for the .env file" }).click();
  await expect.element(page.getByRole("status").getByText("Copied")).toBeVisible();
  expect(write.mock.calls).toEqual([[lines]]);
});

test("where the browser blocks copying, the text is selected", async () => {
  vi.spyOn(navigator.clipboard, "writeText").mockRejectedValue(new Error("blocked"));
  await createKey();
  await page.getByRole("button", { name: "Copy API key" }).click();
  await expect.element(page.getByText(/^Your browser blocked copying/)).toBeVisible();
  const field = page.getByLabelText("API key", { exact: true });
  await expect.element(field).toHaveFocus();
  const { selectionStart, selectionEnd } = field.element() as HTMLTextAreaElement;
  expect([selectionStart, selectionEnd]).toEqual([0, secret.length]);
});

test("the settings show the organization's id, also to users who can't change them", async () => {
  const organization = createOrganization();
  await openPage("/settings/organization", {
    "GET /me": createMe(["organization:view"]),
    "GET /organizations/:organizationId": () => json(organization, "1"),
  });
  await expect.element(page.getByLabelText("Organization ID")).toHaveValue(organization.id);
  await expect.element(page.getByRole("button", { name: "Copy Organization ID" })).toBeVisible();
});
