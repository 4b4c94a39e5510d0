/** The words of the invitation mail, one set a language. Suffixes never touch a name: Turkish endings would have to follow its vowels. */
import type { Language } from "@gatehouse/sdk/contract";

/** Everything that the mail says, apart from names, roles and the inviter's own words. */
export interface MailWords {
  readonly subject: (inviter: string | null, organization: string) => string;
  readonly heading: (organization: string) => string;
  readonly lead: (inviter: string | null) => string;
  /** Shown by mail readers beside the subject. */
  readonly preview: (roles: string, day: string) => string;
  readonly roles: (count: number) => string;
  readonly accept: string;
  readonly otherwise: string;
  readonly until: (when: string) => string;
  readonly unexpected: string;
  readonly sentBy: (email: string, organization: string) => string;
  /** Language tag for dates and lists. */
  readonly locale: string;
}

const english: MailWords = {
  subject: (inviter, organization) =>
    inviter === null ? `You are invited to ${organization}` : `${inviter} invites you to ${organization}`,
  heading: (organization) => `Join ${organization}`,
  lead: (inviter) => (inviter === null ? "You are invited" : `${inviter} invites you`),
  preview: (roles, day) => `As ${roles}. The link works until ${day}.`,
  roles: (count) => (count === 1 ? "Your role" : "Your roles"),
  accept: "Accept the invitation",
  otherwise: "If the button doesn’t work, copy this address into your browser:",
  until: (when) => `The link works once, until ${when}.`,
  unexpected:
    "You didn’t expect this? Then there is nothing to do: nobody joins without confirming, and the invitation ends by itself.",
  sentBy: (email, organization) =>
    `Sent to ${email} by Gatehouse, which looks after access to ${organization}.`,
  locale: "en-GB",
};

const turkish: MailWords = {
  subject: (inviter, organization) =>
    inviter === null
      ? `${organization} paneline davetlisiniz`
      : `${inviter} sizi ${organization} paneline davet ediyor`,
  heading: (organization) => `${organization} paneline katılın`,
  lead: (inviter) => (inviter === null ? "Davetlisiniz" : `${inviter} sizi davet ediyor`),
  preview: (roles, day) => `Roller: ${roles}. Bağlantı ${day} tarihine kadar geçerlidir.`,
  roles: (count) => (count === 1 ? "Rolünüz" : "Rolleriniz"),
  accept: "Daveti kabul edin",
  otherwise: "Düğme çalışmazsa bu adresi tarayıcınıza kopyalayın:",
  until: (when) => `Bağlantı bir kez kullanılabilir ve ${when} tarihine kadar geçerlidir.`,
  unexpected:
    "Bu daveti beklemiyor muydunuz? Bir şey yapmanız gerekmez: siz onaylamadan kimse katılmaz, davet de kendiliğinden sona erer.",
  sentBy: (email, organization) =>
    `${email} adresine, ${organization} paneline erişimi yöneten Gatehouse tarafından gönderildi.`,
  locale: "tr-TR",
};

/** The words in each language. */
export const mailWords: Readonly<Record<Language, MailWords>> = { en: english, tr: turkish };
