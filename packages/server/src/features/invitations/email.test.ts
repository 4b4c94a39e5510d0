import { expect, test } from "vitest";
import { type InvitationMail, renderInvitationMail } from "./email.ts";

const link = "https://access.lodos.example/accept#0199d0c5.1.mac";
const invitation: InvitationMail = {
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
const program = { ...invitation, inviter: null, message: null, roles: invitation.roles.slice(0, 1) };

/** What a reader sees: style sheets and tags removed, entities turned back. */
function seenIn(html: string): string {
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

test("the plain text says who invites to what, as what, how and until when", () => {
  const { subject, text } = renderInvitationMail(invitation);

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

test("the Turkish text puts every ending on a word of its own, never on a name", () => {
  const { subject, text } = renderInvitationMail({
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

test.each(["en", "tr"] as const)("the HTML in %s says all that the text says", (language) => {
  const { html, text } = renderInvitationMail({ ...invitation, language });
  const seen = seenIn(html);
  const sentences = text
    .split("\n")
    .map((line) => line.replace(/^(?:> |- (?:\w+: )?|-- $)/, "").replace(/:$/, ""))
    .filter((line) => line !== "");

  expect(html).toContain(`<html lang="${language}">`);
  for (const sentence of sentences) expect(seen).toContain(sentence);
  expect(html.split(`href="${link}"`)).toHaveLength(3);
});

test("where a program invites, nobody is named as the inviter", () => {
  expect(renderInvitationMail(program).subject).toBe("You are invited to Lodos Retail");
  expect(renderInvitationMail({ ...program, language: "tr" }).subject).toBe(
    "Lodos Retail paneline davetlisiniz",
  );
  expect(renderInvitationMail(program).html).not.toContain("null");
  expect(renderInvitationMail(program).html).not.toContain("<blockquote");
});

test("the preview names the roles and the day", () => {
  expect(seenIn(renderInvitationMail(invitation).html)).toContain(
    "As Marketer and Viewer. The link works until 30 November 2026.",
  );
  expect(seenIn(renderInvitationMail({ ...invitation, language: "tr" }).html)).toContain(
    "Roller: Marketer ve Viewer. Bağlantı 30 Kasım 2026 tarihine kadar geçerlidir.",
  );
});

const hostile = `"'><img src=x onerror=alert(1)></style></title><script>alert(1)</script>&amp;`;

test.each<[string, Partial<InvitationMail>]>([
  ["organization", { organization: hostile }],
  ["inviter", { inviter: hostile }],
  ["address", { email: hostile }],
  ["role name", { roles: [{ name: hostile, description: "" }] }],
  ["role description", { roles: [{ name: "Viewer", description: hostile }] }],
  ["note", { message: `Hello\n${hostile}` }],
  ["link", { link: hostile }],
])("script in the %s is shown as text and never becomes markup", (_, field) => {
  const { html } = renderInvitationMail({ ...invitation, ...field });

  expect(html).not.toMatch(/<script|<img|onerror=alert\(1\)>|<\/style><\/title>/);
  expect(html.match(/<\/(?:style|title)>/g)).toHaveLength(2);
  expect(seenIn(html)).toContain(hostile);
});

test("a note keeps its lines, whatever ends them, and an empty one leaves no quotation", () => {
  const { html, text } = renderInvitationMail({ ...invitation, message: "\r\none\r\ntwo\rthree\n\nfour\n" });

  expect(text).toContain("> one\n> two\n> three\n>\n> four\n");
  expect(html).toContain("one<br>two<br>three<br><br>four");
  expect(renderInvitationMail({ ...invitation, message: " \n " }).html).not.toContain("<blockquote");
});

test("long names are cut in the subject between characters, and stand in full in the bodies", () => {
  const organization = `${"Gesellschaft ".repeat(10)}👩‍👩‍👧‍👦`;
  const inviter = "👩‍👩‍👧‍👦".repeat(70);
  const { subject, text, html } = renderInvitationMail({ ...invitation, organization, inviter });

  expect(subject).toBe(
    `${"👩‍👩‍👧‍👦".repeat(59)}… invites you to ${"Gesellschaft ".repeat(5).slice(0, 59).trimEnd()}…`,
  );
  expect(text).toContain(`${inviter} invites you to ${organization}`);
  expect(html).toContain(organization);
});

test("the HTML loads nothing, runs nothing and has colours for the dark", () => {
  const { html } = renderInvitationMail(invitation);

  expect(html).not.toMatch(/<img|<link|<script|<form|<iframe|<svg|url\(|@import|@font-face|\bon\w+=/i);
  expect([...html.matchAll(/(?:src|href|background)="([^"]*)"/g)].map(([, address]) => address)).toEqual([
    link,
    link,
  ]);
  expect(html).toContain('<meta name="color-scheme" content="light dark">');
  expect(html).toContain("@media (prefers-color-scheme:dark)");
});
