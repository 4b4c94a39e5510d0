import type { RoleView } from "@gatehouse/sdk/contract";
import { expect, test } from "vitest";
import { page } from "vitest/browser";
import { createEvent, createMe, createRole, listOf } from "../../../../test/fixtures.ts";
import { openPage, press } from "../../../../test/render.tsx";
import { json, problem } from "../../../../test/stub-api.ts";

const field = (name: string) => page.getByRole("textbox", { name });
const disclosure = page.getByText("Names in other languages");
const review = page.getByRole("dialog", { name: /^Review the changes of/ });

/** A role whose name the reader sees in English; its default name is in Turkish. */
const translated = {
  name: "Night shift",
  description: "Works at night",
  defaultName: "Gece vardiyası",
  defaultDescription: "Gece çalışır",
  translations: { en: { name: "Night shift", description: "Works at night" } },
} satisfies Partial<RoleView>;

interface Given {
  readonly role?: Partial<RoleView>;
  /** What another user saves while the page is open. */
  readonly theirs?: Partial<RoleView>;
  /** The path of a name that another role has. */
  readonly takenPath?: string;
}

/** Opens the editor and returns the bodies of the edits that it sends. */
async function openEditor({ role = translated, theirs, takenPath }: Given = {}): Promise<readonly unknown[]> {
  const loaded = { role: createRole(role), etag: "1" };
  const edits: unknown[] = [];
  await openPage("/roles/marketer", {
    "GET /me": createMe(),
    "GET /organizations/:organizationId/roles/:roleId": () => json(loaded.role, loaded.etag),
    "GET /organizations/:organizationId/audit-events": listOf([createEvent("Elif Demirci")]),
    "GET /organizations/:organizationId/users": listOf([]),
    "PATCH /organizations/:organizationId/roles/:roleId": ({ body, ifMatch }) => {
      if (takenPath !== undefined) return problem(409, "roles/name-taken", [takenPath]);
      if (theirs !== undefined && loaded.etag === "1") {
        loaded.role = { ...loaded.role, ...theirs };
        loaded.etag = "2";
      }
      if (ifMatch !== loaded.etag) return problem(412, "request/stale");
      edits.push(body);
      return json(loaded.role, "3");
    },
  });
  await expect.element(field("Description (optional)")).toBeVisible();
  return edits;
}

async function openReview(): Promise<void> {
  await press("Control+s");
  await expect.element(review.getByRole("button", { name: /^Save role/ })).toHaveFocus();
}

test("the editor shows and saves the default texts, whatever the reader's language", async () => {
  const edits = await openEditor();
  await expect.element(page.getByRole("heading", { level: 1 })).toMatchTextContent("Night shift");
  await expect.element(field("Name")).toHaveValue("Gece vardiyası");
  await expect.element(page.getByText("In your language: Night shift")).toBeVisible();
  await field("Description (optional)").fill("Gece de çalışır");
  await openReview();
  await press("Enter");
  await expect.element(review).not.toBeInTheDocument();
  expect(edits).toEqual([{ description: "Gece de çalışır" }]);
});

test("names in other languages are behind a disclosure, and are saved together", async () => {
  const edits = await openEditor();
  await expect.element(field("Name in Turkish (optional)")).not.toBeInTheDocument();
  await disclosure.click();
  await field("Name in Turkish (optional)").fill("Gececiler");
  await field("Description in English (optional)").fill("");
  await openReview();
  await expect.element(review).toMatchTextContent("Name in Turkish: Gececiler");
  await expect.element(review).toMatchTextContent("Description in English: removed");
  await press("Enter");
  await expect.element(review).not.toBeInTheDocument();
  expect(edits).toEqual([{ translations: { en: { name: "Night shift" }, tr: { name: "Gececiler" } } }]);
});

test("a conflict keeps both users' translations, and offers the other user's where they differ", async () => {
  const theirs = { translations: { en: { name: "Nights" }, tr: { name: "Gececi" } } };
  const edits = await openEditor({ theirs });
  await disclosure.click();
  await field("Name in English (optional)").fill("Late shift");
  await openReview();
  await press("Enter");
  const note = review.getByRole("alert");
  await expect.element(note).toMatchTextContent("Name in English: “Nights”. Yours is different.");
  await press("Enter");
  await expect.element(review).not.toBeInTheDocument();
  expect(edits).toEqual([{ translations: { en: { name: "Late shift" }, tr: { name: "Gececi" } } }]);
});

test("a name that another role has in a language is marked at its field", async () => {
  await openEditor({ takenPath: "translations.tr.name" });
  await disclosure.click();
  await field("Name in Turkish (optional)").fill("İzleyici");
  await disclosure.click();
  await openReview();
  await press("Enter");
  await expect.element(field("Name in Turkish (optional)")).toHaveFocus();
  await expect.element(field("Name in Turkish (optional)")).toHaveAttribute("aria-invalid", "true");
  await expect.element(page.getByText("Another role has this name. Choose another.")).toBeVisible();
});

test("a copy takes the default texts and no names in other languages", async () => {
  const created: unknown[] = [];
  const id = "0198c1f2-7d3a-7000-8000-5f1c2d3e4a5b";
  const template = createRole({ ...translated, id, permissions: ["contacts:view"] });
  await openPage(`/roles/new?from=${id}`, {
    "GET /me": createMe(),
    "GET /organizations/:organizationId/roles": listOf([template]),
    "POST /organizations/:organizationId/roles": ({ body }) => {
      created.push(body);
      return problem(409, "roles/name-taken", ["name"]);
    },
  });
  await expect.element(field("Name")).toHaveValue("Copy of Gece vardiyası");
  await page.getByRole("button", { name: /^Create role/ }).click();
  await expect.element(field("Name")).toHaveFocus();
  expect(created).toEqual([
    {
      name: "Copy of Gece vardiyası",
      description: "Gece çalışır",
      translations: { en: { description: "Works at night" } },
      permissions: ["contacts:view"],
    },
  ]);
});
