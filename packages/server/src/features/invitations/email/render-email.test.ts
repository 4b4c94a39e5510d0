import { expect, test } from "vitest";
import { findUnbreakableTexts } from "../../../../test/email-html.ts";
import { type InvitationEmail, renderInvitationEmail } from "./render-email.ts";

const link = "https://access.lodos.example/accept#0199d0c5.1.mac";
const invitation: InvitationEmail = {
  language: "en",
  organization: "Lodos Retail",
  inviter: "Olive Brandt",
  email: "elif.demirci@lodos.example",
  roles: [
    { name: "Marketer", description: "Creates and sends campaigns" },
    { name: "Viewer", description: "" },
  ],
  message: "Welcome to the team!\nOlive",
  link,
  expiresAt: new Date("2026-11-30T16:28:00Z"),
};
const withoutInviter = { ...invitation, inviter: null, message: null, roles: invitation.roles.slice(0, 1) };

/** The visible text: without style sheets and tags, with decoded entities. */
function visibleText(html: string): string {
  const entities: Readonly<Record<string, string>> = {
    "&lt;": "<",
    "&gt;": ">",
    "&quot;": '"',
    "&#39;": "'",
  };
  return html
    .replace(/<style>[\s\S]*?<\/style>/g, "")
    .replace(/<[^>]*>/g, " ")
    .replace(/&(?:lt|gt|quot|#39);/g, (entity) => entities[entity] ?? entity)
    .replaceAll("&amp;", "&")
    .replace(/\s+/g, " ");
}

test("the plain text contains inviter, organization, roles, link and expiry", () => {
  const { subject, text } = renderInvitationEmail(invitation);

  expect(subject).toBe("Olive Brandt invites you to Lodos Retail");
  expect(text).toBe(`Olive Brandt invites you to Lodos Retail

> Welcome to the team!
> Olive

Your roles:
- Marketer: Creates and sends campaigns
- Viewer

Accept the invitation:
${link}

The link works once, until Monday, 30 November 2026, 16:28 (UTC).

You didn’t expect this? Then there is nothing to do: nobody joins without confirming, and the invitation ends by itself.

-- 
Sent to elif.demirci@lodos.example by Gatehouse, which looks after access to Lodos Retail.
`);
});

test("the Turkish text adds no suffix to a name", () => {
  const { subject, text } = renderInvitationEmail({
    ...invitation,
    language: "tr",
    inviter: "Ayşe Yılmaz",
    organization: "Çiçek Işık",
    roles: [{ name: "İzleyici", description: "Her şeyi görür" }],
    message: null,
  });

  expect(subject).toBe("Ayşe Yılmaz sizi Çiçek Işık paneline davet ediyor");
  expect(text).toBe(`Ayşe Yılmaz sizi Çiçek Işık paneline davet ediyor

Rolünüz:
- İzleyici: Her şeyi görür

Daveti kabul edin:
${link}

Bağlantı bir kez kullanılabilir ve 30 Kasım 2026 Pazartesi, 16:28 (UTC) tarihine kadar geçerlidir.

Bu daveti beklemiyor muydunuz? Bir şey yapmanız gerekmez: siz onaylamadan kimse katılmaz, davet de kendiliğinden sona erer.

-- 
elif.demirci@lodos.example adresine, Çiçek Işık paneline erişimi yöneten Gatehouse tarafından gönderildi.
`);
});

test.each(["en", "tr"] as const)("the HTML in %s contains everything in the plain text", (language) => {
  const { html, text } = renderInvitationEmail({ ...invitation, language });
  const visible = visibleText(html);
  const sentences = text
    .split("\n")
    .map((line) => line.replace(/^(?:> |- (?:\w+: )?|-- $)/, "").replace(/:$/, ""))
    .filter((line) => line !== "");

  expect(html).toContain(`<html lang="${language}">`);
  for (const sentence of sentences) expect(visible).toContain(sentence);
  expect(html.split(`href="${link}"`)).toHaveLength(3);
});

test("without an inviter the email names none", () => {
  expect(renderInvitationEmail(withoutInviter).subject).toBe("You are invited to Lodos Retail");
  expect(renderInvitationEmail({ ...withoutInviter, language: "tr" }).subject).toBe(
    "Lodos Retail paneline davetlisiniz",
  );
  expect(renderInvitationEmail(withoutInviter).html).not.toContain("null");
  expect(renderInvitationEmail(withoutInviter).html).not.toContain("<blockquote");
});

test("the preview contains the roles and the day", () => {
  expect(visibleText(renderInvitationEmail(invitation).html)).toContain(
    "As Marketer and Viewer. The link works until 30 November 2026.",
  );
  expect(visibleText(renderInvitationEmail({ ...invitation, language: "tr" }).html)).toContain(
    "Roller: Marketer ve Viewer. Bağlantı 30 Kasım 2026 tarihine kadar geçerlidir.",
  );
});

const hostile = `"'><img src=x onerror=alert(1)></style></title><script>alert(1)</script>&amp;`;

test.each<[string, Partial<InvitationEmail>]>([
  ["organization", { organization: hostile }],
  ["inviter", { inviter: hostile }],
  ["address", { email: hostile }],
  ["role name", { roles: [{ name: hostile, description: "" }] }],
  ["role description", { roles: [{ name: "Viewer", description: hostile }] }],
  ["note", { message: `Hello\n${hostile}` }],
  ["link", { link: hostile }],
])("escapes markup in the %s", (_, field) => {
  const { html } = renderInvitationEmail({ ...invitation, ...field });

  expect(html).not.toMatch(/<script|<img|onerror=alert\(1\)>|<\/style><\/title>/);
  expect(html.match(/<\/(?:style|title)>/g)).toHaveLength(2);
  expect(visibleText(html)).toContain(hostile);
});

test("a message keeps its lines with any line ending, and an empty one is omitted", () => {
  const { html, text } = renderInvitationEmail({ ...invitation, message: "\r\none\r\ntwo\rthree\n\nfour\n" });

  expect(text).toContain("> one\n> two\n> three\n>\n> four\n");
  expect(html).toContain("one<br>two<br>three<br><br>four");
  expect(renderInvitationEmail({ ...invitation, message: " \n " }).html).not.toContain("<blockquote");
});

test("long names are truncated in the subject between grapheme clusters, and complete in the bodies", () => {
  const organization = `${"Gesellschaft ".repeat(10)}👩‍👩‍👧‍👦`;
  const inviter = "👩‍👩‍👧‍👦".repeat(70);
  const { subject, text, html } = renderInvitationEmail({ ...invitation, organization, inviter });

  expect(subject).toBe(
    `${"👩‍👩‍👧‍👦".repeat(59)}… invites you to ${"Gesellschaft ".repeat(5).slice(0, 59).trimEnd()}…`,
  );
  expect(text).toContain(`${inviter} invites you to ${organization}`);
  expect(html).toContain(organization);
});

test("the HTML loads no resource, runs no script and has dark colours", () => {
  const { html } = renderInvitationEmail(invitation);

  expect(html).not.toMatch(/<img|<link|<script|<form|<iframe|<svg|url\(|@import|@font-face|\bon\w+=/i);
  expect([...html.matchAll(/(?:src|href|background)="([^"]*)"/g)].map(([, address]) => address)).toEqual([
    link,
    link,
  ]);
  expect(html).toContain('<meta name="color-scheme" content="light dark">');
  expect(html).toContain("@media (prefers-color-scheme:dark)");
});

test("a name that ends with a full stop ends the sentence", () => {
  const { text } = renderInvitationEmail({ ...invitation, organization: "Lodos A.Ş." });
  expect(text).toContain("access to Lodos A.Ş.\n");
});

test("names of 200 letters without a space stay whole and can break everywhere in the HTML", () => {
  const name = "Vertriebsleitung".repeat(13).slice(0, 200);
  const role = { name: name.slice(0, 80), description: name };
  const { html, text } = renderInvitationEmail({
    ...invitation,
    organization: name,
    inviter: name,
    roles: [role],
    message: name,
  });

  expect(text).toContain(`${name} invites you to ${name}\n`);
  expect(text).toContain(`\n- ${role.name}: ${name}\n`);
  expect(findUnbreakableTexts(html)).toEqual([]);
  for (const shown of [`Join ${name} `, `${name} invites you `, ` ${role.name} `])
    expect(visibleText(html)).toContain(shown);
});
