import type { OrganizationView } from "@gatehouse/sdk/contract";
import { expect, test } from "vitest";
import { page } from "vitest/browser";
import {
  allPermissions,
  createEvent,
  createMe,
  createOrganization,
  listOf,
} from "../../../../test/fixtures.ts";
import { openPage, press } from "../../../../test/render.tsx";
import { json, problem } from "../../../../test/stub-api.ts";

const nameField = page.getByLabelText("Name", { exact: true });
const domains = page.getByLabelText(/^Allowed e-mail domains/);
const note = page.getByRole("alert");

/** Opens the settings, which another user saves after the first load. */
async function openSettings(
  theirs: Partial<OrganizationView> = {},
  permissions: readonly string[] = allPermissions,
): Promise<void> {
  const loaded = { body: createOrganization(), etag: "1" };
  await openPage("/settings/organization", {
    "GET /me": createMe(permissions),
    "GET /organizations/:organizationId": () => json(loaded.body, loaded.etag),
    "GET /organizations/:organizationId/audit-events": listOf([createEvent("Elif Demirci")]),
    "PATCH /organizations/:organizationId": ({ body, ifMatch }) => {
      if (Object.keys(theirs).length > 0 && loaded.etag === "1") {
        loaded.body = { ...loaded.body, ...theirs };
        loaded.etag = "2";
      }
      if (ifMatch !== loaded.etag) return problem(412, "request/stale");
      loaded.body = { ...loaded.body, ...(body as Partial<OrganizationView>) };
      return json(loaded.body, "3");
    },
  });
  await expect.element(nameField).toHaveValue("Lodos Retail");
}

test("Ctrl+S in a field saves, keeps the focus there and announces it", async () => {
  await openSettings();
  await nameField.fill("Lodos Stores");
  await press("Control+s");
  await expect.element(page.getByText("The settings are saved")).toBeVisible();
  await expect.element(nameField).toHaveFocus();
  await expect.element(page.getByRole("button", { name: /^Save settings/ })).not.toBeInTheDocument();
});

test("saving with an invalid field focuses that field", async () => {
  await openSettings();
  await domains.fill("lodos");
  nameField.element().focus();
  await press("Enter");
  await expect.element(domains).toHaveFocus();
  await expect
    .element(domains)
    .toHaveAccessibleDescription(/Not a domain: lodos\. Write it like example\.com\./);
});

test("Discard restores the saved values", async () => {
  await openSettings();
  await nameField.fill("Something else");
  const bar = page.getByRole("region", { name: "Unsaved changes" });
  await bar.getByRole("button", { name: "Discard" }).click();
  await expect.element(nameField).toHaveValue("Lodos Retail");
});

test("a conflict keeps the draft, shows the other user's values, and a second save overwrites them", async () => {
  await openSettings({ name: "Lodos Group", allowedEmailDomains: ["lodos.example"] });
  await nameField.fill("Lodos Stores");
  await press("Control+s");
  await expect.element(note).toMatchTextContent(/^Elif Demirci changed the settings/);
  await expect.element(note).toMatchTextContent("The name is now “Lodos Group”. Yours is different.");
  await expect.element(note).toMatchTextContent("Allowed e-mail domains are now: lodos.example.");
  expect(note.getByRole("button", { name: "Use theirs" }).elements()).toHaveLength(1);
  await expect.element(nameField).toHaveValue("Lodos Stores");
  await expect.element(nameField).toHaveFocus();
  await expect.element(domains).toHaveValue("lodos.example");
  await press("Control+s");
  await expect.element(page.getByText("The settings are saved")).toBeVisible();
  await expect.element(nameField).toHaveValue("Lodos Stores");
  await expect.element(note).not.toBeInTheDocument();
});

test("“Use theirs” takes the other user's value over by keyboard", async () => {
  await openSettings({ name: "Lodos Group" });
  await nameField.fill("Lodos Stores");
  await press("Control+s");
  const use = note.getByRole("button", { name: "Use theirs" });
  await expect.element(use).toBeVisible();
  use.element().focus();
  await press("Enter");
  await expect.element(nameField).toHaveValue("Lodos Group");
  await expect.element(note).not.toMatchTextContent("Yours is different.");
});

test("without the permission to edit, fields are read-only and the reason is shown", async () => {
  await openSettings(
    {},
    allPermissions.filter((permission) => permission !== "organization:edit"),
  );
  await expect.element(nameField).toHaveAttribute("readonly");
  await expect.element(page.getByText("You don’t have permission to change the settings.")).toBeVisible();
});
