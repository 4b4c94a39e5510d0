/** The mail that invites somebody. Pure: what it is given decides every character of it. */
import { contentOf, type InvitationMail, type MailContent } from "./email-content.ts";
import { htmlOf } from "./email-html.ts";

export type { InvitationMail };

/** A mail's three renderings. */
export interface RenderedMail {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** Renders the mail in the invitation's language. */
export function renderInvitationMail(mail: InvitationMail): RenderedMail {
  const content = contentOf(mail);
  return { subject: content.subject, text: textOf(content), html: htmlOf(content) };
}

/** Plain text, for readers that show no HTML and for people who prefer it. */
function textOf(content: MailContent): string {
  const paragraphs = [
    content.opening,
    content.note.map((line) => `> ${line}`.trimEnd()).join("\n"),
    [
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
