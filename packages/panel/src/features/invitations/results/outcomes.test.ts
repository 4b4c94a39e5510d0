import type { InvitationView } from "@gatehouse/sdk/contract";
import { setupI18n } from "@lingui/core";
import { expect, test } from "vitest";
import { messages as english } from "../../../messages/en/invite.po";
import { messages as turkish } from "../../../messages/tr/invite.po";
import { addAddresses, listValidAddresses } from "../compose/address-list.ts";
import { parseAddresses } from "../compose/parse-addresses.ts";
import {
  formatResultSentences,
  formatResultTitle,
  listInvitations,
  mergeInvitations,
  type Row,
  toInvalidState,
  toRows,
} from "./outcomes.ts";

const en = setupI18n({ locale: "en", messages: { en: english } });
const tr = setupI18n({ locale: "tr", messages: { tr: turkish } });

function invitation(id: string, delivery: InvitationView["delivery"]): InvitationView {
  return {
    id,
    email: `${id}@x.com`,
    roles: [],
    status: "pending",
    delivery,
    invitedBy: { type: "user", id: "o", name: "Olive" },
    createdAt: "2026-01-01T00:00:00Z",
    expiresAt: "2026-01-08T00:00:00Z",
    lastSentAt: null,
  };
}
const rows = (...deliveries: ReadonlyArray<InvitationView["delivery"]>): readonly Row[] =>
  deliveries.map((delivery, key) => ({
    key,
    text: `${key}@x.com`,
    state: { is: "invited", invitation: invitation(String(key), delivery) },
  }));
const nobody: Row = { key: 9, text: "ayse@lodos", state: toInvalidState("ayse@lodos") };

test("matches results with addresses, and puts invalid addresses last", () => {
  const { addresses } = addAddresses([], parseAddresses("Ayşe <a@x.com>, foo, b@x.com, c@x.com"));
  const wrong = addresses.filter(({ email }) => email === null);
  const results = [
    { email: "a@x.com", status: "created" as const, invitation: invitation("a", "queued") },
    { email: "b@x.com", status: "already-user" as const, code: "invitations/already-user" },
    { email: "c@x.com", status: "refused" as const, code: "roles/unknown", detail: "Gone." },
  ];
  expect(toRows(listValidAddresses(addresses), results, wrong)).toEqual([
    {
      key: 0,
      text: "a@x.com",
      name: "Ayşe",
      state: { is: "invited", invitation: invitation("a", "queued") },
    },
    { key: 1, text: "b@x.com", state: { is: "already-user" } },
    { key: 2, text: "c@x.com", state: { is: "refused", code: "roles/unknown", detail: "Gone." } },
    { key: 3, text: "foo", state: { is: "wrong", fault: "no-at" } },
  ]);
});

test.each([
  [rows("sent"), "1 invitation sent", "1 davet gönderildi"],
  [rows("sent", "sent"), "2 invitations sent", "2 davet gönderildi"],
  [rows("sent", "queued", "sent", "failed"), "2 of 4 invitations sent", "4 davetten 2 tanesi gönderildi"],
  [rows("queued"), "0 of 1 invitation sent", "1 davetten 0 tanesi gönderildi"],
  [rows("not-configured", "not-configured"), "2 invitations created", "2 davet oluşturuldu"],
  [[nobody], "Nobody was invited", "Kimse davet edilmedi"],
])("shows the number of sent invitations in the heading", (given, inEnglish, inTurkish) => {
  expect(formatResultTitle(given, en)).toBe(inEnglish);
  expect(formatResultTitle(given, tr)).toBe(inTurkish);
});

test("summarizes the results", () => {
  expect(formatResultSentences([...rows("sent", "queued", "sent", "failed"), nobody], en)).toEqual([
    "2 invitations were delivered to the mail server.",
    "1 is waiting.",
    "1 was not sent.",
    "1 address got no invitation.",
    "Every invitation can already be accepted with its link.",
  ]);
});

test("never says 'sent' without a mail server", () => {
  const words = [
    formatResultTitle(rows("not-configured"), en),
    ...formatResultSentences(rows("not-configured"), en),
  ];
  expect(words.join(" ")).not.toMatch(/\bsent\b/);
  expect(words.join(" ")).toContain("copy the link");
});

test("replaces only updated invitations", () => {
  const before = rows("sent", "queued");
  const after = mergeInvitations(before, [invitation("1", "failed"), invitation("unknown", "sent")]);
  expect(listInvitations(after).map(({ delivery }) => delivery)).not.toContain("queued");
  expect(after[0]).toBe(before[0]);
  expect(formatResultTitle(after, en)).toBe("1 of 2 invitations sent");
});
