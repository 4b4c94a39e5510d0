import { setupI18n } from "@lingui/core";
import { expect, test } from "vitest";
import { messages } from "../../messages/tr/words.po";
import { translateOwnGroups } from "./own-permissions.ts";

const turkish = setupI18n({ locale: "tr", messages: { tr: messages } });

test("Gatehouse's own groups come in the reader's words, a panel's in its own", () => {
  const action = { permission: "users:invite", label: "Invite", sensitive: false, implies: [] };
  const catalogue = [
    { key: "users", label: "Users", actions: [action] },
    {
      key: "campaigns",
      label: "Campaigns",
      actions: [{ ...action, permission: "campaigns:edit", label: "Edit" }],
    },
  ];
  expect(translateOwnGroups(catalogue, turkish)).toEqual([
    {
      key: "users",
      label: "Kullanıcılar",
      actions: [{ ...action, label: "Davet etme", description: "Birine e-postayla erişim önerir" }],
    },
    catalogue[1],
  ]);
});
