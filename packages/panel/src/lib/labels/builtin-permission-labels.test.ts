import { setupI18n } from "@lingui/core";
import { expect, test } from "vitest";
import { messages } from "../../messages/tr/words.po";
import { translateBuiltinGroups } from "./builtin-permission-labels.ts";

const turkish = setupI18n({ locale: "tr", messages: { tr: messages } });

test("localizes built-in groups and keeps the labels of others", () => {
  const action = { permission: "users:invite", label: "Invite", sensitive: false, implies: [] };
  const catalogue = [
    { key: "users", label: "Users", actions: [action] },
    {
      key: "campaigns",
      label: "Campaigns",
      actions: [{ ...action, permission: "campaigns:edit", label: "Edit" }],
    },
  ];
  expect(translateBuiltinGroups(catalogue, turkish)).toEqual([
    {
      key: "users",
      label: "Kullanıcılar",
      actions: [{ ...action, label: "Davet etme", description: "Kişileri e-postayla davet eder" }],
    },
    catalogue[1],
  ]);
});
