/** What the invitation mail says, in order: the one source of its plain text and its HTML. */
import { displayEmail, type Language } from "@gatehouse/sdk/contract";
import { mailWords } from "./email-words.ts";

/** What an invitation mail is made from. Texts are as people wrote them; escaping happens here. */
export interface InvitationMail {
  readonly language: Language;
  readonly organization: string;
  /** The person who invites; null where a program or the command line does. */
  readonly inviter: string | null;
  readonly email: string;
  readonly roles: readonly { readonly name: string; readonly description: string }[];
  /** The inviter's own words; may have several lines. */
  readonly message: string | null;
  readonly link: string;
  readonly expiresAt: Date;
}

/** What both bodies say, in order. */
export interface MailContent {
  readonly language: Language;
  readonly subject: string;
  readonly preview: string;
  /** The subject with names in full. */
  readonly opening: string;
  readonly heading: string;
  readonly lead: string;
  /** Lines of the inviter's own words. */
  readonly note: readonly string[];
  readonly rolesTitle: string;
  readonly roles: InvitationMail["roles"];
  readonly accept: string;
  readonly otherwise: string;
  readonly link: string;
  readonly until: string;
  readonly unexpected: string;
  readonly sentBy: string;
}

/** Longest name in a subject, where readers show about 70 characters in all. */
const nameInSubject = 60;

/** Puts an invitation into the words of its language. */
export function contentOf(mail: InvitationMail): MailContent {
  const words = mailWords[mail.language];
  const { day, instant } = whenIn(words.locale, mail.expiresAt);
  const roleNames = new Intl.ListFormat(words.locale).format(mail.roles.map((role) => role.name));
  return {
    language: mail.language,
    subject: words.subject(
      mail.inviter === null ? null : shorten(mail.inviter, nameInSubject),
      shorten(mail.organization, nameInSubject),
    ),
    preview: words.preview(roleNames, day),
    opening: words.subject(mail.inviter, mail.organization),
    heading: words.heading(mail.organization),
    lead: words.lead(mail.inviter),
    note: linesOf(mail.message ?? ""),
    rolesTitle: words.roles(mail.roles.length),
    roles: mail.roles,
    accept: words.accept,
    otherwise: words.otherwise,
    link: mail.link,
    until: words.until(instant),
    unexpected: words.unexpected,
    sentBy: words.sentBy(displayEmail(mail.email), mail.organization),
  };
}

/** An instant in words. The reader's zone is unknown, so the zone is named. */
function whenIn(locale: string, at: Date): { readonly day: string; readonly instant: string } {
  const day = new Intl.DateTimeFormat(locale, { dateStyle: "long", timeZone: "UTC" }).format(at);
  const date = new Intl.DateTimeFormat(locale, { dateStyle: "full", timeZone: "UTC" }).format(at);
  const time = new Intl.DateTimeFormat(locale, {
    timeStyle: "short",
    hourCycle: "h23",
    timeZone: "UTC",
  }).format(at);
  return { day, instant: `${date}, ${time} (UTC)` };
}

function linesOf(message: string): readonly string[] {
  const text = message.trim();
  return text === "" ? [] : text.split(/\r\n|\r|\n/);
}

/** Cuts between what readers see as characters, so that no accent or emoji is torn. */
function shorten(text: string, limit: number): string {
  const characters = [...new Intl.Segmenter().segment(text)].map((part) => part.segment);
  return characters.length <= limit
    ? text
    : `${characters
        .slice(0, limit - 1)
        .join("")
        .trimEnd()}…`;
}
