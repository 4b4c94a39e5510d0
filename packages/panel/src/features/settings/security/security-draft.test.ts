import { expect, test } from "vitest";
import { createDraft, isChanged, listChanges, parseNetworks, rebase, toEdit } from "./security-draft.ts";

const saved = {
  requireTwoFactor: false,
  twoFactorGraceDays: 7,
  sessionIdleMinutes: 720,
  sessionMaxDays: 30,
  passwordMaxAgeDays: null,
  allowedNetworks: ["192.0.2.0/24"],
};
const draft = createDraft(saved, "1");
const edited = (form: object) => ({ ...draft, form: { ...draft.form, ...form } });

test("sends only the changed rules", () => {
  expect(toEdit(edited({ requireTwoFactor: true, passwordMaxAgeDays: 365 }))).toEqual({
    requireTwoFactor: true,
    passwordMaxAgeDays: 365,
  });
  expect(toEdit(edited({ networks: "192.0.2.0/24 10.0.0.1;2001:DB8::1/32" }))).toEqual({
    allowedNetworks: ["10.0.0.1/32", "192.0.2.0/24", "2001:db8::/32"],
  });
});

test("the same networks in another form are no change, invalid ones are", () => {
  expect(isChanged(edited({ networks: " 192.0.2.9/24, " }))).toBe(false);
  expect(listChanges(edited({ networks: "192.0.2.0/24, office" }))).toEqual([]);
  expect(isChanged(edited({ networks: "192.0.2.0/24, office" }))).toBe(true);
  expect(parseNetworks("192.0.2.0/24, office").wrong).toEqual(["office"]);
});

test("keeps its own changes over those of another user, and names theirs", () => {
  const mine = edited({ sessionMaxDays: 7, requireTwoFactor: true });
  const next = rebase(mine, { ...saved, sessionMaxDays: 14, sessionIdleMinutes: 60 }, "2");
  expect(next.form).toMatchObject({ sessionMaxDays: 7, sessionIdleMinutes: 60, requireTwoFactor: true });
  expect(next.theirs).toEqual(["sessionIdleMinutes", "sessionMaxDays"]);
  expect(toEdit(next)).toEqual({ sessionMaxDays: 7, requireTwoFactor: true });
});
