/** Renders the invitation email. Pure. */

import { escapeHtml } from "../../../http/escape-html.ts";
import { createContent, type EmailContent, type InvitationEmail } from "./email-content.ts";

export type { InvitationEmail };

/** The subject and both bodies. */
export interface RenderedEmail {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** Renders the email in the language of the invitation. */
export function renderInvitationEmail(email: InvitationEmail): RenderedEmail {
  return renderContent(createContent(email));
}

/** Renders the parts of an email as its subject and both bodies. */
export function renderContent(content: EmailContent): RenderedEmail {
  return { subject: content.subject, text: renderText(content), html: renderHtml(content) };
}

/** The plain text body, for clients that show no HTML. */
function renderText(content: EmailContent): string {
  const paragraphs = [
    content.opening,
    content.note.map((line) => `> ${line}`.trimEnd()).join("\n"),
    content.roles.length === 0
      ? ""
      : [
          `${content.rolesTitle}:`,
          ...content.roles.map((role) =>
            role.description === "" ? `- ${role.name}` : `- ${role.name}: ${role.description}`,
          ),
        ].join("\n"),
    `${content.accept}:\n${content.link}`,
    content.until,
    content.unexpected,
    `-- \n${content.sentBy}`,
  ];
  return `${paragraphs.filter((paragraph) => paragraph !== "").join("\n\n")}\n`;
}

/** The panel's colours as hexadecimal values: email clients don't support oklch. */
const light = {
  page: "#f5f3f0",
  card: "#fdfcfb",
  line: "#cfccc6",
  ink: "#23201c",
  ink2: "#56524d",
  ink3: "#6b6761",
  accent: "#005e5e",
  onAccent: "#f6fefd",
  accentText: "#005b5b",
} as const;

const dark: Readonly<Record<keyof typeof light, string>> = {
  page: "#141311",
  card: "#1b1917",
  line: "#3c3935",
  ink: "#ebe9e5",
  ink2: "#bcb8b3",
  ink3: "#a39f99",
  accent: "#69c1ba",
  onAccent: "#061e1e",
  accentText: "#76cdc5",
};

const font = "system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans','Helvetica Neue',Arial,sans-serif";

/** Breaks long words, such as names; the second rule is for clients that don't know `anywhere`. */
const wrap = "overflow-wrap:anywhere;word-break:break-word";

const darkRules = `.page{background-color:${dark.page}!important}
.card{background-color:${dark.card}!important;border-color:${dark.line}!important}
.opening{background-color:${dark.card}!important}
.accent{background-color:${dark.accent}!important}
.line{border-color:${dark.line}!important}
.ink{color:${dark.ink}!important}
.ink2{color:${dark.ink2}!important}
.ink3{color:${dark.ink3}!important}
.button{color:${dark.onAccent}!important}
.link{color:${dark.accentText}!important}`;

const style = `:root{color-scheme:light dark;supported-color-schemes:light dark}
a[x-apple-data-detectors]{color:inherit!important;text-decoration:none!important}
@media (max-width:520px){
.page{padding:16px 12px 32px!important}
.arch{border-radius:240px 240px 0 0!important}
.content{padding:64px 24px 32px!important}
}
@media (prefers-color-scheme:dark){
${darkRules}
}`;

/** Renders the HTML body, a whole document. */
function renderHtml(content: EmailContent): string {
  return `<!doctype html>
<html lang="${content.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<meta name="format-detection" content="telephone=no, date=no, address=no, email=no, url=no">
<meta name="x-apple-disable-message-reformatting">
<title>${escapeHtml(content.subject)}</title>
<style>${style}</style>
</head>
<body class="page" style="margin:0;padding:0;background-color:${light.page};-webkit-text-size-adjust:100%">
<div style="display:none;max-height:0;overflow:hidden;mso-hide:all">${escapeHtml(content.preview)}${"&#847;&zwnj;&nbsp;".repeat(60)}</div>
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0">
<tr><td class="page" align="center" style="padding:40px 24px 48px;background-color:${light.page}">
<!--[if mso]><table role="presentation" width="480" cellpadding="0" cellspacing="0"><tr><td><![endif]-->
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="max-width:480px;border-collapse:separate">
<tr><td class="card arch content" style="padding:72px 40px 40px;background-color:${light.card};border:1px solid ${light.line};border-radius:240px 240px 0 0;font-family:${font}">
${[logo, renderHeading(content), renderNote(content), renderRoles(content), renderButton(content), renderFooter(content)].filter(Boolean).join("\n")}
</td></tr>
</table>
<!--[if mso]></td></tr></table><![endif]-->
<p class="ink3" style="max-width:480px;margin:20px auto 0;font:400 13px/18px ${font};color:${light.ink3};text-align:center;${wrap}">${escapeHtml(content.sentBy)}</p>
</td></tr>
</table>
</body>
</html>
`;
}

const logoTower = `<td class="accent" width="8" style="width:8px;height:27px;background-color:${light.accent};border-radius:2px 2px 0 0;font-size:0;line-height:0">&nbsp;</td>`;

/** The logo, drawn with table cells so that no image has to be loaded. */
const logo = `<table role="presentation" aria-hidden="true" align="center" cellpadding="0" cellspacing="0" border="0" style="margin:0 auto;border-collapse:separate"><tr>
${logoTower}
<td width="12" valign="bottom" style="width:12px;height:27px;vertical-align:bottom;font-size:0;line-height:0"><div class="accent" style="height:22px;background-color:${light.accent}"><div style="height:7px"></div><div class="opening" style="height:15px;background-color:${light.card};border-radius:6px 6px 0 0"></div></div></td>
${logoTower}
</tr></table>`;

function renderHeading(content: EmailContent): string {
  const size = content.heading.length > 60 ? "20px/28px" : "28px/34px";
  return `<h1 class="ink heading" style="margin:24px 0 0;font:600 ${size} ${font};letter-spacing:-0.01em;color:${light.ink};text-align:center;${wrap}">${escapeHtml(content.heading)}</h1>
<p class="ink2" style="margin:8px 0 0;font:400 16px/24px ${font};color:${light.ink2};text-align:center;${wrap}">${escapeHtml(content.lead)}</p>`;
}

function renderNote(content: EmailContent): string {
  if (content.note.length === 0) return "";
  return `<blockquote class="ink line" style="margin:24px 0 0;padding:2px 0 2px 16px;border-left:2px solid ${light.line};font:400 16px/24px ${font};color:${light.ink};${wrap}">${content.note.map(escapeHtml).join("<br>")}</blockquote>`;
}

function renderRoles(content: EmailContent): string {
  if (content.roles.length === 0) return "";
  const rows = content.roles.map(
    (role) => `<tr><td class="line" style="padding:10px 0;border-bottom:1px solid ${light.line};${wrap}">
<div class="ink" style="font:500 16px/24px ${font};color:${light.ink}">${escapeHtml(role.name)}</div>${renderDescription(role.description)}</td></tr>`,
  );
  return `<h2 class="ink3" style="margin:32px 0 0;padding:0 0 8px;font:400 13px/18px ${font};color:${light.ink3}">${escapeHtml(content.rolesTitle)}</h2>
<table role="presentation" class="line" width="100%" cellpadding="0" cellspacing="0" border="0" style="border-top:1px solid ${light.line};table-layout:fixed">
${rows.join("\n")}
</table>`;
}

function renderDescription(description: string): string {
  return description === ""
    ? ""
    : `\n<div class="ink2" style="font:400 14px/20px ${font};color:${light.ink2}">${escapeHtml(description)}</div>`;
}

function renderButton(content: EmailContent): string {
  const link = escapeHtml(content.link);
  return `<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="margin:32px 0 0;border-collapse:separate"><tr>
<td class="accent" align="center" bgcolor="${light.accent}" style="background-color:${light.accent};border-radius:6px;mso-padding-alt:12px 24px"><a class="button" href="${link}" style="display:block;padding:12px 24px;font:500 16px/24px ${font};color:${light.onAccent};text-decoration:none">${escapeHtml(content.accept)}</a></td>
</tr></table>
<p class="ink2" style="margin:16px 0 0;font:400 14px/20px ${font};color:${light.ink2};${wrap}">${escapeHtml(content.until)}</p>
<p class="ink2" style="margin:24px 0 0;font:400 14px/20px ${font};color:${light.ink2}">${escapeHtml(content.otherwise)}</p>
<p style="margin:4px 0 0;font:400 13px/18px ${font}"><a class="link" href="${link}" style="color:${light.accentText};text-decoration:none;word-break:break-all">${link}</a></p>`;
}

function renderFooter(content: EmailContent): string {
  return `<p class="ink2 line" style="margin:24px 0 0;padding:24px 0 0;border-top:1px solid ${light.line};font:400 14px/20px ${font};color:${light.ink2}">${escapeHtml(content.unexpected)}</p>`;
}
