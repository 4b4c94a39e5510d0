import type { AuditEvent } from "@gatehouse/sdk/contract";
import { expect, test, vi } from "vitest";
import { page } from "vitest/browser";
import { allPermissions, createEvent, createMe, listOf } from "../../../test/fixtures.ts";
import { openPage } from "../../../test/render.tsx";
import type { Stubs } from "../../../test/stub-api.ts";

const changed: AuditEvent = {
  ...createEvent("Gone Manager"),
  id: "changed",
  action: "users.roles-changed",
  target: { type: "user", id: "ada", name: "Ada Lovelace" },
  changes: [{ field: "roles", before: ["Viewer"], after: ["Marketer"] }],
};
const deleted: AuditEvent = { ...createEvent("Elif Demirci"), id: "deleted", action: "roles.deleted" };

async function openLog(stubs: Stubs = {}) {
  await openPage("/audit", {
    "GET /me": createMe([...allPermissions, "audit:export"]),
    "GET /organizations/:organizationId/audit-events": ({ query }) => {
      if (query.get("within") === "deleted") return listOf([changed]);
      if (query.has("query")) return listOf([changed]);
      return { ...listOf([deleted]), ...(query.has("grouped") ? { within: { deleted: 2325 } } : {}) };
    },
    ...stubs,
  });
}

test("a change of many is one entry, which opens its events with what changed", async () => {
  await openLog();
  const entry = page.getByRole("button", { name: /Role deleted.*2,325 more events/ });
  await entry.click();
  await expect.element(page.getByRole("heading", { name: "2,325 more events of this change" })).toBeVisible();
  await expect.element(page.getByText("Roles changed · Roles: + Marketer, − Viewer")).toBeVisible();
});

test("a search lists every event that matches, with what changed in its second line", async () => {
  await openLog();
  await page.getByRole("searchbox", { name: /^Search by the name/ }).fill("gone");
  await expect
    .element(page.getByRole("button", { name: /Roles changed.*Roles: \+ Marketer, − Viewer/ }))
    .toBeVisible();
  await expect.element(page.getByText("Gone Manager").first()).toBeVisible();
  expect(location.search).toBe("?q=gone");
});

test("the CSV export has words in place of codes", async () => {
  await openLog({
    "GET /organizations/:organizationId/audit-events/export": () =>
      new Response(`${JSON.stringify(changed)}\n${JSON.stringify(deleted)}\n`),
  });
  await page.getByRole("button", { name: "Export", exact: true }).click();
  const saved: Blob[] = [];
  vi.spyOn(URL, "createObjectURL").mockImplementation((file) => {
    saved.push(file as Blob);
    return "blob:saved";
  });
  vi.spyOn(HTMLAnchorElement.prototype, "click").mockImplementation(() => undefined);
  await page.getByRole("menuitem", { name: "As CSV, for a spreadsheet" }).click();
  await expect.poll(() => saved.length).toBe(1);
  const lines = (await saved[0]?.text())?.split("\r\n") ?? [];
  expect(lines[0]).toMatch(/^\ufeff?Entry,Time \(.+\),Who,What,Kind of target,Target,Changed,Before,After,/);
  expect(lines[1]).toContain(",Gone Manager,Roles changed,User,Ada Lovelace,Roles,Viewer,Marketer,");
  expect(lines[2]).toContain(",Elif Demirci,Role deleted,Role,Marketer,,,,");
  vi.restoreAllMocks();
});
