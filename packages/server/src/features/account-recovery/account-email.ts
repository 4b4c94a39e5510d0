/** The emails about an account, in each language. Pure. */
import { displayEmail, type Language } from "@gatehouse/sdk/contract";
import type { SecondFactorChange } from "../../jobs/queues.ts";
import { formatInstant, renderContent } from "../invitations/index.ts";
import { describeSecondFactorChange } from "./second-factor-texts.ts";

interface CommonParts {
  readonly language: Language;
  readonly to: string;
  readonly link: string;
}

/** What happened when, and until when it can be reported. */
interface Notice {
  readonly at: Date;
  readonly expiresAt: Date;
}

/** The input of an email. Texts are not escaped. */
export type AccountEmail = CommonParts &
  (
    | { readonly type: "password-reset"; readonly expiresAt: Date; readonly organization: string | null }
    | (Notice & { readonly type: "password-changed" })
    | (Notice & { readonly type: "second-factor"; readonly change: SecondFactorChange })
    | (Notice & { readonly type: "new-device" } & NewDevice)
    | { readonly type: "confirm-email"; readonly expiresAt: Date }
    | { readonly type: "two-factor-reminder"; readonly organization: string; readonly dueAt: Date | null }
    | { readonly type: "undo-email"; readonly expiresAt: Date; readonly newEmail: string }
  );

/** Renders the subject and both bodies of an email. */
export function renderAccountEmail(email: AccountEmail): ReturnType<typeof renderContent> {
  const texts = accountTexts[email.language];
  const to = displayEmail(email.to);
  const parts = createParts(texts, email);
  return renderContent({
    language: email.language,
    preview: parts.lead,
    opening: `${parts.heading}\n${parts.lead}`,
    note: [],
    rolesTitle: "",
    roles: [],
    otherwise: texts.otherwise,
    link: email.link,
    sentBy: texts.sentBy(to),
    ...parts,
  });
}

/** The parts that differ between the emails. */
interface Parts {
  readonly subject: string;
  readonly heading: string;
  readonly lead: string;
  readonly accept: string;
  readonly until: string;
  readonly unexpected: string;
}

function createParts(texts: AccountTexts, email: AccountEmail): Parts {
  const format = (at: Date) => formatInstant(texts.locale, at).instant;
  switch (email.type) {
    case "password-reset":
      return {
        ...texts.reset,
        lead: texts.reset.lead(email.organization),
        until: texts.until(format(email.expiresAt)),
      };
    case "password-changed":
      return { ...texts.changed, ...texts.report, until: createTimes(texts, email, texts.changed.at) };
    case "second-factor":
      return {
        ...texts.report,
        ...describeSecondFactorChange(email.language, email.change),
        until: createTimes(texts, email, texts.happenedAt),
      };
    case "new-device":
      return {
        ...texts.newDevice,
        ...texts.report,
        lead: texts.newDevice.lead(format(email.at), email),
        until: texts.until(format(email.expiresAt)),
      };
    case "two-factor-reminder":
      return {
        ...texts.remind,
        subject: texts.remind.subject(email.organization),
        lead: texts.remind.lead(email.organization),
        until: texts.remind.until(email.dueAt === null ? null : format(email.dueAt)),
      };
    case "confirm-email":
      return { ...texts.confirm, until: texts.until(format(email.expiresAt)) };
    case "undo-email":
      return {
        ...texts.undo,
        lead: texts.undo.lead(displayEmail(email.newEmail)),
        until: texts.until(format(email.expiresAt)),
      };
  }
}

/** When something happened, and until when the link works. */
function createTimes(
  { locale, until }: AccountTexts,
  { at, expiresAt }: Notice,
  happened: (at: string) => string,
): string {
  const [when, end] = [at, expiresAt].map((time) => formatInstant(locale, time).instant);
  return `${happened(when ?? "")} ${until(end ?? "")}`;
}

/** A sign-in with a browser that the account hasn't used before. Null where nothing is known. */
interface NewDevice {
  readonly device: string | null;
  readonly ip: string | null;
  /** The account hasn't signed in from the network of the address before. */
  readonly isNewNetwork: boolean;
}

type TextOf<T> = { readonly [K in keyof Parts]: K extends keyof T ? T[K] : string };

interface AccountTexts {
  readonly reset: Omit<TextOf<{ lead: (organization: string | null) => string }>, "until">;
  readonly changed: Omit<Parts, "accept" | "unexpected" | "until"> & { readonly at: (at: string) => string };
  readonly newDevice: Omit<
    TextOf<{ lead: (at: string, signIn: NewDevice) => string }>,
    "accept" | "unexpected" | "until"
  >;
  /** Of every email with the link to report what happened. */
  readonly report: Pick<Parts, "accept" | "unexpected">;
  /** Of emails about second factors; the rest is in `second-factor-texts.ts`. */
  readonly happenedAt: (at: string) => string;
  readonly remind: TextOf<{
    subject: (organization: string) => string;
    lead: (organization: string) => string;
    until: (dueAt: string | null) => string;
  }>;
  readonly confirm: Omit<Parts, "until">;
  readonly undo: Omit<TextOf<{ lead: (newEmail: string) => string }>, "until">;
  readonly until: (when: string) => string;
  readonly otherwise: string;
  readonly sentBy: (email: string) => string;
  /** Language tag for dates. */
  readonly locale: string;
}

const english: AccountTexts = {
  reset: {
    subject: "Set a new password for Gatehouse",
    heading: "Set a new password",
    lead: (organization) =>
      organization === null
        ? "Someone asked for a new password for your account."
        : `A user manager of ${organization} sends you this link to set a new password.`,
    accept: "Set a new password",
    unexpected:
      "You didn’t ask for this? Then there is nothing to do: your password stays as it is, and nobody gets in without this email.",
  },
  changed: {
    subject: "Your Gatehouse password was changed",
    heading: "Your password was changed",
    lead: "Other devices are signed out. Sign in with the new password.",
    at: (at) => `It was changed on ${at}.`,
  },
  happenedAt: (at) => `It happened on ${at}.`,
  newDevice: {
    subject: "New sign-in to your Gatehouse account",
    heading: "New sign-in to your account",
    lead: (at, { device, ip, isNewNetwork }) =>
      `On ${at} somebody signed in with a browser that was not used for your account before: ${device ?? "an unknown browser"}, from ${ip === null ? "an unknown address" : `the address ${ip}`}${isNewNetwork ? ", which is new for your account, too" : ", which you have used before"}.`,
  },
  report: {
    accept: "That wasn’t me",
    unexpected:
      "Did you expect this? Then there is nothing to do. If not, press the button: it signs you out on every device, removes what somebody else added to your account, ends your password, and sends you an email to set a new one.",
  },
  remind: {
    subject: (organization) => `${organization} asks you to set up two-factor authentication`,
    heading: "Set up two-factor authentication",
    lead: (organization) =>
      `${organization} asks you to protect your account with a second factor: an authenticator app or a passkey.`,
    accept: "Open My account",
    until: (dueAt) =>
      dueAt === null
        ? "Then nobody gets in who only knows your password."
        : `Without it you can’t use the organization after ${dueAt}.`,
    unexpected: "It takes two minutes: sign in, open My account and choose Security.",
  },
  confirm: {
    subject: "Confirm your new address for Gatehouse",
    heading: "Confirm this address",
    lead: "You want to sign in to Gatehouse with this address from now on.",
    accept: "Confirm this address",
    unexpected: "You didn’t ask for this? Then there is nothing to do: without this link nothing changes.",
  },
  undo: {
    subject: "Your address for Gatehouse is about to change",
    heading: "Your address is about to change",
    lead: (newEmail) => `Once ${newEmail} is confirmed, you sign in with it.`,
    accept: "That wasn’t me: keep this address",
    unexpected:
      "Was it you? Then there is nothing to do. The link also works after the change: it restores this address and signs you out on every device.",
  },
  until: (when) => `The link works once, until ${when}.`,
  otherwise: "If the button doesn’t work, copy this address into your browser:",
  sentBy: (email) => `Sent to ${email} by Gatehouse, about your account.`,
  locale: "en-GB",
};

const turkish: AccountTexts = {
  reset: {
    subject: "Gatehouse için yeni parola belirleyin",
    heading: "Yeni parola belirleyin",
    lead: (organization) =>
      organization === null
        ? "Hesabınız için yeni bir parola istendi."
        : `${organization} kullanıcı yöneticisi size yeni parola belirlemeniz için bu bağlantıyı gönderdi.`,
    accept: "Yeni parola belirleyin",
    unexpected:
      "Bunu siz istemediniz mi? Bir şey yapmanız gerekmez: parolanız değişmez, bu e-posta olmadan kimse hesabınıza giremez.",
  },
  changed: {
    subject: "Gatehouse parolanız değiştirildi",
    heading: "Parolanız değiştirildi",
    lead: "Diğer cihazlarda oturumunuz kapatıldı. Yeni parolanızla oturum açın.",
    at: (at) => `Değiştirilme zamanı: ${at}.`,
  },
  happenedAt: (at) => `Gerçekleşme zamanı: ${at}.`,
  newDevice: {
    subject: "Gatehouse hesabınızda yeni bir oturum açıldı",
    heading: "Hesabınızda yeni bir oturum açıldı",
    lead: (at, { device, ip, isNewNetwork }) =>
      `${at} tarihinde, hesabınız için daha önce kullanılmamış bir tarayıcıyla oturum açıldı: ${device ?? "bilinmeyen tarayıcı"}. Adres: ${ip === null ? "bilinmiyor" : ip}${isNewNetwork ? " (bu adres de hesabınız için yeni)" : " (daha önce kullandığınız bir adres)"}.`,
  },
  report: {
    accept: "Bu ben değildim",
    unexpected:
      "Bunu bekliyor muydunuz? O zaman bir şey yapmanız gerekmez. Beklemiyorsanız düğmeye basın: tüm cihazlarda oturumunuz kapatılır, başkasının hesabınıza ekledikleri kaldırılır, parolanız geçersiz olur ve yenisini belirlemeniz için size bir e-posta gönderilir.",
  },
  remind: {
    subject: (organization) => `${organization}: iki aşamalı doğrulamayı kurun`,
    heading: "İki aşamalı doğrulamayı kurun",
    lead: (organization) =>
      `${organization} hesabınızı ikinci bir doğrulama yöntemiyle korumanızı istiyor: kimlik doğrulama uygulaması ya da geçiş anahtarı.`,
    accept: "Hesabımı aç",
    until: (dueAt) =>
      dueAt === null
        ? "Böylece yalnızca parolanızı bilen biri hesabınıza giremez."
        : `Kurmazsanız ${dueAt} tarihinden sonra kuruluşu kullanamazsınız.`,
    unexpected: "İki dakika sürer: oturum açın, Hesabım sayfasını açın ve Güvenlik bölümünü seçin.",
  },
  confirm: {
    subject: "Gatehouse için yeni adresinizi onaylayın",
    heading: "Bu adresi onaylayın",
    lead: "Bundan sonra Gatehouse’ta bu adresle oturum açmak istiyorsunuz.",
    accept: "Adresi onaylayın",
    unexpected:
      "Bunu siz istemediniz mi? Bir şey yapmanız gerekmez: bu bağlantı olmadan hiçbir şey değişmez.",
  },
  undo: {
    subject: "Gatehouse adresiniz değişmek üzere",
    heading: "Adresiniz değişmek üzere",
    lead: (newEmail) => `Onaylandıktan sonra şu adresle oturum açacaksınız: ${newEmail}`,
    accept: "Ben istemedim: bu adres kalsın",
    unexpected:
      "Bunu siz mi istediniz? O zaman bir şey yapmanız gerekmez. Bağlantı değişiklikten sonra da geçerlidir: bu adresi geri getirir ve tüm cihazlarda oturumunuzu kapatır.",
  },
  until: (when) => `Bağlantı bir kez kullanılabilir ve ${when} tarihine kadar geçerlidir.`,
  otherwise: "Düğme çalışmazsa bu adresi tarayıcınıza kopyalayın:",
  sentBy: (email) => `${email} adresine, hesabınız hakkında Gatehouse tarafından gönderildi.`,
  locale: "tr-TR",
};

const accountTexts: Readonly<Record<Language, AccountTexts>> = { en: english, tr: turkish };
