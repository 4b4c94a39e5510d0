/** The emails before grants end, in each language. Pure. */
import { displayEmail, type Language } from "@gatehouse/sdk/contract";
import {
  endSentence,
  formatInstant,
  maxNameInSubject,
  renderContent,
  shorten,
} from "../invitations/index.ts";
import type { EndingGrant, Recipient } from "./queries.ts";

/** The input of both emails. Texts are not escaped. */
export interface ReminderInput {
  readonly recipient: Recipient;
  readonly organization: string;
  readonly publicUrl: string;
  /** When the first of the grants ends. */
  readonly endsAt: Date;
  /** By their end. */
  readonly grants: readonly EndingGrant[];
  /** Who may be asked to give the roles for longer. */
  readonly contacts: readonly Pick<Recipient, "name">[];
}

type RenderedReminder = ReturnType<typeof renderContent>;

/** The most users that the email to the granter lists by name. */
const maxListed = 50;

/** Renders the email to the user whose roles end, all at the same instant. */
export function renderOwnReminder({
  recipient,
  organization,
  publicUrl,
  endsAt,
  grants,
  contacts,
}: ReminderInput): RenderedReminder {
  const texts = reminderTexts[recipient.language];
  const { day, instant } = formatInstant(texts.locale, endsAt);
  const formatNames = new Intl.ListFormat(texts.locale, { type: "disjunction" });
  const roles = grants.map(({ role, description }) => ({ name: role, description }));
  const contactNames = contacts.length === 0 ? null : formatNames.format(contacts.map(({ name }) => name));
  return renderContent({
    language: recipient.language,
    subject: texts.ownSubject(roles.length, shorten(organization, maxNameInSubject), day),
    preview: new Intl.ListFormat(texts.locale).format(roles.map(({ name }) => name)),
    opening: texts.ownSubject(roles.length, organization, day),
    heading: texts.ownHeading(roles.length, day),
    lead: organization,
    note: [],
    rolesTitle: texts.endsAt(instant),
    roles,
    accept: texts.open,
    otherwise: texts.otherwise,
    link: publicUrl,
    until: texts.ask(contactNames),
    unexpected: texts.byThemselves(roles.length),
    sentBy: texts.sentBy(displayEmail(recipient.email), organization),
  });
}

/** Renders the email to the user who gave the roles, which end within a day of each other. */
export function renderGivenReminder({
  recipient,
  organization,
  publicUrl,
  endsAt,
  grants,
}: Omit<ReminderInput, "contacts">): RenderedReminder {
  const texts = reminderTexts[recipient.language];
  const { day } = formatInstant(texts.locale, endsAt);
  const users = [...Map.groupBy(grants, ({ userId }) => userId).values()];
  const listed = users.slice(0, maxListed).map((ofUser) => toUserItem(texts, ofUser));
  const rest = users.length - listed.length;
  const [first] = grants;
  const only = users.length === 1 && first !== undefined ? first : null;
  const name = only?.userName ?? null;
  const shortName = name === null ? null : shorten(name, maxNameInSubject);
  return renderContent({
    language: recipient.language,
    subject: texts.givenSubject(shortName, users.length, day),
    preview: texts.byThemselves(grants.length),
    opening: texts.givenSubject(name, users.length, day),
    heading: texts.givenSubject(shortName, users.length, day),
    lead: organization,
    note: [],
    rolesTitle: texts.given,
    roles: rest > 0 ? [...listed, { name: texts.more(rest), description: "" }] : listed,
    accept: texts.review(users.length),
    otherwise: texts.otherwise,
    link: only === null ? `${publicUrl}/users` : `${publicUrl}/users/${only.userId}`,
    until: texts.extend,
    unexpected: texts.byThemselves(grants.length),
    sentBy: texts.sentBy(displayEmail(recipient.email), organization),
  });
}

function toUserItem(
  texts: ReminderTexts,
  grants: readonly EndingGrant[],
): { readonly name: string; readonly description: string } {
  const byEnd = [...Map.groupBy(grants, ({ expiresAt }) => expiresAt.getTime())].map(([end, ofEnd]) => {
    const roles = new Intl.ListFormat(texts.locale).format(ofEnd.map(({ role }) => role));
    return `${roles} · ${formatInstant(texts.locale, new Date(end)).instant}`;
  });
  return { name: grants[0]?.userName ?? "", description: byEnd.join("; ") };
}

/** The texts of both emails. Names are never inflected: Turkish suffixes would depend on their vowels. */
interface ReminderTexts {
  readonly ownSubject: (roles: number, organization: string, day: string) => string;
  readonly ownHeading: (roles: number, day: string) => string;
  readonly endsAt: (instant: string) => string;
  readonly open: string;
  readonly ask: (contacts: string | null) => string;
  readonly byThemselves: (roles: number) => string;
  /** `name` for a single user. */
  readonly givenSubject: (name: string | null, users: number, day: string) => string;
  readonly given: string;
  readonly more: (users: number) => string;
  readonly review: (users: number) => string;
  readonly extend: string;
  readonly otherwise: string;
  readonly sentBy: (email: string, organization: string) => string;
  /** Language tag for dates and lists. */
  readonly locale: string;
}

const english: ReminderTexts = {
  ownSubject: (roles, organization, day) =>
    roles === 1
      ? `Your role at ${organization} ends on ${day}`
      : `${roles} of your roles at ${organization} end on ${day}`,
  ownHeading: (roles, day) =>
    roles === 1 ? `Your role ends on ${day}` : `${roles} of your roles end on ${day}`,
  endsAt: (instant) => `Ends on ${instant}`,
  open: "Open Gatehouse",
  ask: (contacts) =>
    contacts === null
      ? "Do you need it for longer? Ask someone who manages access there."
      : `Do you need it for longer? Ask ${contacts}.`,
  byThemselves: (roles) =>
    roles === 1
      ? "If nobody changes anything, the role ends by itself."
      : "If nobody changes anything, the roles end by themselves.",
  givenSubject: (name, users, day) =>
    name === null ? `The roles of ${users} users end on ${day}` : `${name}: access ends on ${day}`,
  given: "You gave these roles for a limited time",
  more: (users) => (users === 1 ? "and 1 more user" : `and ${users} more users`),
  review: (users) => (users === 1 ? "Review this user’s roles" : "Review the users"),
  extend: "On a user’s page you can extend a role.",
  otherwise: "If the button doesn’t work, copy this address into your browser:",
  sentBy: (email, organization) =>
    endSentence(`Sent to ${email} by Gatehouse, which looks after access to ${organization}`),
  locale: "en-GB",
};

const turkish: ReminderTexts = {
  ownSubject: (roles, organization, day) =>
    roles === 1
      ? `${organization} panelindeki rolünüz ${day} tarihinde sona eriyor`
      : `${organization} panelindeki ${roles} rolünüz ${day} tarihinde sona eriyor`,
  ownHeading: (roles, day) =>
    roles === 1 ? `Rolünüz ${day} tarihinde sona eriyor` : `${roles} rolünüz ${day} tarihinde sona eriyor`,
  endsAt: (instant) => `Bitiş: ${instant}`,
  open: "Gatehouse’u açın",
  ask: (contacts) =>
    contacts === null
      ? "Daha uzun süre mi gerekiyor? Orada erişimi yöneten birine sorun."
      : `Daha uzun süre mi gerekiyor? Sorabileceğiniz kişi: ${contacts}.`,
  byThemselves: (roles) =>
    roles === 1
      ? "Kimse bir şey değiştirmezse rol kendiliğinden sona erer."
      : "Kimse bir şey değiştirmezse roller kendiliğinden sona erer.",
  givenSubject: (name, users, day) =>
    name === null
      ? `${users} kullanıcının rolleri ${day} tarihinde sona eriyor`
      : `${name}: erişim ${day} tarihinde sona eriyor`,
  given: "Bu rolleri sınırlı bir süre için siz verdiniz",
  more: (users) => `ve ${users} kullanıcı daha`,
  review: (users) => (users === 1 ? "Kullanıcının rollerini inceleyin" : "Kullanıcıları inceleyin"),
  extend: "Kullanıcının sayfasında bir rolün süresini uzatabilirsiniz.",
  otherwise: "Düğme çalışmazsa bu adresi tarayıcınıza kopyalayın:",
  sentBy: (email, organization) =>
    `${email} adresine, ${organization} paneline erişimi yöneten Gatehouse tarafından gönderildi.`,
  locale: "tr-TR",
};

const reminderTexts: Readonly<Record<Language, ReminderTexts>> = { en: english, tr: turkish };
