/** The content of the invitation email in each language, for the plain text and the HTML body. */
import { displayEmail, type Language } from "@gatehouse/sdk/contract";
import type { OfferedEnd } from "../queries.ts";

/** The input of an invitation email. Texts are not escaped. */
export interface InvitationEmail {
  readonly language: Language;
  readonly organization: string;
  /** The user who invites; null for an API key or the command line. */
  readonly inviter: string | null;
  readonly email: string;
  readonly roles: readonly (Partial<OfferedEnd> & { readonly name: string; readonly description: string })[];
  /** The inviter's message; may have several lines. */
  readonly message: string | null;
  readonly link: string;
  readonly expiresAt: Date;
}

/** The parts of both bodies, in order. */
export interface EmailContent {
  readonly language: Language;
  readonly subject: string;
  readonly preview: string;
  /** The subject with names in full. */
  readonly opening: string;
  readonly heading: string;
  readonly lead: string;
  /** Lines of the inviter's message. */
  readonly note: readonly string[];
  readonly rolesTitle: string;
  readonly roles: readonly { readonly name: string; readonly description: string }[];
  readonly accept: string;
  readonly otherwise: string;
  readonly link: string;
  readonly until: string;
  readonly unexpected: string;
  readonly sentBy: string;
}

/** Longest name in the subject, in characters: email clients show about 70 of the whole subject. */
export const maxNameInSubject = 60;

/** Creates the content in the language of the invitation. */
export function createContent(invitation: InvitationEmail): EmailContent {
  const texts = emailTexts[invitation.language];
  const { day, instant } = formatInstant(texts.locale, invitation.expiresAt);
  const roleNames = new Intl.ListFormat(texts.locale).format(invitation.roles.map((role) => role.name));
  return {
    language: invitation.language,
    subject: texts.subject(
      invitation.inviter === null ? null : shorten(invitation.inviter, maxNameInSubject),
      shorten(invitation.organization, maxNameInSubject),
    ),
    preview: texts.preview(roleNames, day),
    opening: texts.subject(invitation.inviter, invitation.organization),
    heading: texts.heading(invitation.organization),
    lead: texts.lead(invitation.inviter),
    note: splitLines(invitation.message ?? ""),
    rolesTitle: texts.roles(invitation.roles.length),
    roles: invitation.roles.map((role) => ({ name: role.name, description: describeRole(texts, role) })),
    accept: texts.accept,
    otherwise: texts.otherwise,
    link: invitation.link,
    until: texts.until(instant),
    unexpected: texts.unexpected,
    sentBy: texts.sentBy(displayEmail(invitation.email), invitation.organization),
  };
}

/** How long a role is offered, and what it is for. */
function describeRole(
  texts: EmailTexts,
  { expiresAt = null, forDays = null, description }: InvitationEmail["roles"][number],
): string {
  const ends = [
    ...(expiresAt === null ? [] : [texts.roleUntil(formatInstant(texts.locale, expiresAt).instant)]),
    ...(forDays === null ? [] : [texts.roleForDays(forDays)]),
  ];
  return [...ends, ...(description === "" ? [] : [description])].join(" ");
}

/** Formats an instant in UTC, with the time zone, because the recipient's is unknown. */
export function formatInstant(locale: string, at: Date): { readonly day: string; readonly instant: string } {
  const day = new Intl.DateTimeFormat(locale, { dateStyle: "long", timeZone: "UTC" }).format(at);
  const date = new Intl.DateTimeFormat(locale, { dateStyle: "full", timeZone: "UTC" }).format(at);
  const time = new Intl.DateTimeFormat(locale, {
    timeStyle: "short",
    hourCycle: "h23",
    timeZone: "UTC",
  }).format(at);
  return { day, instant: `${date}, ${time} (UTC)` };
}

function splitLines(message: string): readonly string[] {
  const text = message.trim();
  return text === "" ? [] : text.split(/\r\n|\r|\n/);
}

/** Ends a sentence whose last word may end with a full stop, such as "A.Ş.". */
export function endSentence(text: string): string {
  return text.endsWith(".") ? text : `${text}.`;
}

/** Truncates between grapheme clusters, so that no accent or emoji is split. */
export function shorten(text: string, limit: number): string {
  const characters = [...new Intl.Segmenter().segment(text)].map((part) => part.segment);
  return characters.length <= limit
    ? text
    : `${characters
        .slice(0, limit - 1)
        .join("")
        .trimEnd()}…`;
}

/** The texts of the email. Names are never inflected: Turkish suffixes would depend on their vowels. */
interface EmailTexts {
  readonly subject: (inviter: string | null, organization: string) => string;
  readonly heading: (organization: string) => string;
  readonly lead: (inviter: string | null) => string;
  /** Shown by email clients beside the subject. */
  readonly preview: (roles: string, day: string) => string;
  readonly roles: (count: number) => string;
  readonly roleUntil: (when: string) => string;
  readonly roleForDays: (days: number) => string;
  readonly accept: string;
  readonly otherwise: string;
  readonly until: (when: string) => string;
  readonly unexpected: string;
  readonly sentBy: (email: string, organization: string) => string;
  /** Language tag for dates and lists. */
  readonly locale: string;
}

const english: EmailTexts = {
  subject: (inviter, organization) =>
    inviter === null ? `You are invited to ${organization}` : `${inviter} invites you to ${organization}`,
  heading: (organization) => `Join ${organization}`,
  lead: (inviter) => (inviter === null ? "You are invited" : `${inviter} invites you`),
  preview: (roles, day) => `As ${roles}. The link works until ${day}.`,
  roles: (count) => (count === 1 ? "Your role" : "Your roles"),
  roleUntil: (when) => `Until ${when}.`,
  roleForDays: (days) =>
    days === 1 ? "For 1 day from joining." : `For ${days.toLocaleString("en")} days from joining.`,
  accept: "Accept the invitation",
  otherwise: "If the button doesn’t work, copy this address into your browser:",
  until: (when) => `The link works once, until ${when}.`,
  unexpected:
    "You didn’t expect this? Then there is nothing to do: nobody joins without confirming, and the invitation ends by itself.",
  sentBy: (email, organization) =>
    endSentence(`Sent to ${email} by Gatehouse, which looks after access to ${organization}`),
  locale: "en-GB",
};

const turkish: EmailTexts = {
  subject: (inviter, organization) =>
    inviter === null
      ? `${organization} paneline davetlisiniz`
      : `${inviter} sizi ${organization} paneline davet ediyor`,
  heading: (organization) => `${organization} paneline katılın`,
  lead: (inviter) => (inviter === null ? "Davetlisiniz" : `${inviter} sizi davet ediyor`),
  preview: (roles, day) => `Roller: ${roles}. Bağlantı ${day} tarihine kadar geçerlidir.`,
  roles: (count) => (count === 1 ? "Rolünüz" : "Rolleriniz"),
  roleUntil: (when) => `${when} tarihine kadar.`,
  roleForDays: (days) => `Katıldıktan sonra ${days.toLocaleString("tr")} gün boyunca.`,
  accept: "Daveti kabul edin",
  otherwise: "Düğme çalışmazsa bu adresi tarayıcınıza kopyalayın:",
  until: (when) => `Bağlantı bir kez kullanılabilir ve ${when} tarihine kadar geçerlidir.`,
  unexpected:
    "Bu daveti beklemiyor muydunuz? Bir şey yapmanız gerekmez: siz onaylamadan kimse katılmaz, davet de kendiliğinden sona erer.",
  sentBy: (email, organization) =>
    `${email} adresine, ${organization} paneline erişimi yöneten Gatehouse tarafından gönderildi.`,
  locale: "tr-TR",
};

const emailTexts: Readonly<Record<Language, EmailTexts>> = { en: english, tr: turkish };
