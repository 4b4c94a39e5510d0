import type { ApiKeyView } from "@gatehouse/sdk/contract";
import { expect, test } from "vitest";
import { page } from "vitest/browser";
import { allPermissions, createMe, listOf } from "../../../../test/fixtures.ts";
import { openPage } from "../../../../test/render.tsx";

const createKey = (name: string, fields: Partial<ApiKeyView>): ApiKeyView => ({
  id: name,
  name,
  permissions: ["users:view"],
  createdBy: { id: "elif", name: "Elif Demirci", status: "active" },
  createdAt: "2026-03-02T09:00:00.000Z",
  expiresAt: null,
  revokedAt: null,
  lastUsedAt: null,
  status: "active",
  inactiveReason: null,
  ...fields,
});

const keys = [
  createKey("Reports", {}),
  createKey("Nightly import", {
    createdBy: { id: "gone", name: null, status: null },
    status: "inactive",
    inactiveReason: "creator-removed",
  }),
  createKey("Call center", {
    createdBy: { id: "can", name: "Can Aydın", status: "suspended" },
    status: "inactive",
    inactiveReason: "creator-suspended",
  }),
  createKey("Old panel", { expiresAt: "2026-03-03T09:00:00.000Z", status: "expired" }),
];

test.each<["en" | "tr", string, string, string, string, RegExp]>([
  [
    "en",
    "Active",
    "Inactive: its creator was removed",
    "Inactive: its creator is suspended",
    "Expired",
    /^Revoke /,
  ],
  [
    "tr",
    "Etkin",
    "Etkisiz: oluşturan kaldırıldı",
    "Etkisiz: oluşturanın erişimi askıda",
    "Süresi doldu",
    /^İptal et /,
  ],
])(
  "the list says in “%s” why a key is inactive",
  async (language, active, removed, suspended, expired, revoke) => {
    const me = createMe([...allPermissions, "api-keys:view", "api-keys:revoke"]);
    const words = [active, removed, suspended, expired];
    await openPage("/settings/api-keys", {
      "GET /me": { ...me, account: { ...me.account, language } },
      "GET /organizations/:organizationId/api-keys": listOf(keys),
    });
    const rows = page.getByRole("list", { name: /^API / }).getByRole("listitem");
    await expect.element(page.getByText("Nightly import").first()).toBeVisible();
    for (const [index, key] of keys.entries()) {
      const row = rows.filter({ hasText: key.name }).first();
      await expect.element(row.getByText(words[index] ?? "", { exact: true })).toBeVisible();
      const buttons = row.getByRole("button", { name: revoke }).elements();
      expect(buttons).toHaveLength(key.status === "expired" ? 0 : 1);
    }
  },
);
