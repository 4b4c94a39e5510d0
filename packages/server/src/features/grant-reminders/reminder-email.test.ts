import { expect, test } from "vitest";
import { findUnbreakableTexts } from "../../../test/email-html.ts";
import { type ReminderInput, renderGivenReminder, renderOwnReminder } from "./reminder-email.ts";

const name = "Vertriebsleitung".repeat(13).slice(0, 200);
const role = name.slice(0, 80);
const endsAt = new Date("2026-11-30T16:28:00Z");
const grant = {
  userId: "elif",
  userName: name,
  role,
  description: name,
  grantedBy: { type: "user", id: "olive", name },
  expiresAt: endsAt,
} as const;
const input: ReminderInput = {
  recipient: { userId: "elif", name, email: "elif@lodos.example", language: "en" },
  organization: name,
  publicUrl: "https://access.lodos.example",
  endsAt,
  grants: [grant],
  contacts: [{ name }],
};

test.each(["en", "tr"] as const)(
  "in the user's reminder in %s, names of 200 letters without a space stay whole and can break",
  (language) => {
    const { html, text } = renderOwnReminder({ ...input, recipient: { ...input.recipient, language } });
    expect(text).toContain(`\n- ${role}: ${name}\n`);
    expect(text).toContain(` ${name}.\n`);
    expect(html).toContain(`>${role}<`);
    expect(html).toContain(`>${name}<`);
    expect(html).toContain(` ${name}.<`);
    expect(findUnbreakableTexts(html)).toEqual([]);
  },
);

test.each(["en", "tr"] as const)(
  "in the granter's reminder in %s, names of 200 letters without a space stay whole and can break",
  (language) => {
    const recipient = { ...input.recipient, language };
    const grants = [grant, { ...grant, userId: "omar" }];
    for (const { html, text } of [
      renderGivenReminder({ ...input, recipient }),
      renderGivenReminder({ ...input, recipient, grants }),
    ]) {
      expect(text).toContain(`\n- ${name}: ${role} · `);
      expect(html).toContain(`>${name}<`);
      expect(html).toContain(`>${role} · `);
      expect(findUnbreakableTexts(html)).toEqual([]);
    }
  },
);
