/** Renders the invitation email. Pure. */
import { createContent, type EmailContent, type InvitationEmail } from "./email-content.ts";
import { renderHtml } from "./email-html.ts";

export type { InvitationEmail };

/** The subject and both bodies. */
export interface RenderedEmail {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** Renders the email in the language of the invitation. */
export function renderInvitationEmail(email: InvitationEmail): RenderedEmail {
  const content = createContent(email);
  return { subject: content.subject, text: renderText(content), html: renderHtml(content) };
}

/** The plain text body, for clients that show no HTML. */
function renderText(content: EmailContent): string {
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
