/** The texts of emails about second factors, in each language. Pure. */
import type { Language } from "@gatehouse/sdk/contract";
import type { SecondFactorChange } from "../../jobs/queues.ts";

/** What such an email says. */
export interface SecondFactorText {
  readonly subject: string;
  readonly heading: string;
  readonly lead: string;
}

/** Subject, heading and lead of an email about a change. */
export function describeSecondFactorChange(language: Language, change: SecondFactorChange): SecondFactorText {
  return texts[language](change);
}

const english = (change: SecondFactorChange): SecondFactorText => {
  switch (change.kind) {
    case "totp-added":
      return {
        subject: "An authenticator app was added to your Gatehouse account",
        heading: "An authenticator app was added",
        lead: "When you sign in, Gatehouse now also asks for a code of this app.",
      };
    case "totp-replaced":
      return {
        subject: "The authenticator app of your Gatehouse account was replaced",
        heading: "The authenticator app was replaced",
        lead: "Codes of the earlier app don’t work any more. When you sign in, Gatehouse asks for a code of the new one.",
      };
    case "totp-removed":
      return {
        subject: "The authenticator app was removed from your Gatehouse account",
        heading: "The authenticator app was removed",
        lead: "Its codes don’t work any more.",
      };
    case "passkey-added":
      return {
        subject: "A passkey was added to your Gatehouse account",
        heading: "A passkey was added",
        lead: `You can sign in with the passkey “${change.name}” now.`,
      };
    case "passkey-removed":
      return {
        subject: "A passkey was removed from your Gatehouse account",
        heading: "A passkey was removed",
        lead: `The passkey “${change.name}” doesn’t work any more.`,
      };
    case "recovery-codes-created":
      return {
        subject: "You have new recovery codes for Gatehouse",
        heading: "New recovery codes were created",
        lead: "The earlier ones don’t work any more.",
      };
    case "recovery-code-used":
      return {
        subject: "A recovery code of your Gatehouse account was used",
        heading: "A recovery code was used",
        lead: `${change.left === 0 ? "None is left" : change.left === 1 ? "One is left" : `${change.left} are left`}. Create new ones in My account before you run out.`,
      };
    case "removed-for-you":
      return {
        subject: "Your second factors for Gatehouse were removed",
        heading: "Your second factors were removed",
        lead: `${change.organization === null ? "The person who runs the server" : `An access manager of ${change.organization}`} removed your authenticator app, passkeys and recovery codes. Sign in with your password and set them up again.`,
      };
  }
};

const turkish = (change: SecondFactorChange): SecondFactorText => {
  switch (change.kind) {
    case "totp-added":
      return {
        subject: "Gatehouse hesabınıza kimlik doğrulama uygulaması eklendi",
        heading: "Kimlik doğrulama uygulaması eklendi",
        lead: "Gatehouse artık oturum açarken bu uygulamanın kodunu da soracak.",
      };
    case "totp-replaced":
      return {
        subject: "Gatehouse hesabınızın kimlik doğrulama uygulaması değiştirildi",
        heading: "Kimlik doğrulama uygulaması değiştirildi",
        lead: "Önceki uygulamanın kodları artık geçerli değil. Gatehouse oturum açarken yeni uygulamanın kodunu soracak.",
      };
    case "totp-removed":
      return {
        subject: "Gatehouse hesabınızdan kimlik doğrulama uygulaması kaldırıldı",
        heading: "Kimlik doğrulama uygulaması kaldırıldı",
        lead: "Uygulamanın kodları artık geçerli değil.",
      };
    case "passkey-added":
      return {
        subject: "Gatehouse hesabınıza geçiş anahtarı eklendi",
        heading: "Geçiş anahtarı eklendi",
        lead: `Artık “${change.name}” geçiş anahtarıyla oturum açabilirsiniz.`,
      };
    case "passkey-removed":
      return {
        subject: "Gatehouse hesabınızdan geçiş anahtarı kaldırıldı",
        heading: "Geçiş anahtarı kaldırıldı",
        lead: `“${change.name}” geçiş anahtarı artık geçerli değil.`,
      };
    case "recovery-codes-created":
      return {
        subject: "Gatehouse için yeni kurtarma kodlarınız var",
        heading: "Yeni kurtarma kodları oluşturuldu",
        lead: "Önceki kodlar artık geçerli değil.",
      };
    case "recovery-code-used":
      return {
        subject: "Gatehouse hesabınızın bir kurtarma kodu kullanıldı",
        heading: "Bir kurtarma kodu kullanıldı",
        lead: `${change.left === 0 ? "Hiç kodunuz kalmadı" : `${change.left} kodunuz kaldı`}. Kodlarınız bitmeden Hesabım sayfasında yenilerini oluşturun.`,
      };
    case "removed-for-you":
      return {
        subject: "Gatehouse iki aşamalı doğrulamanız sıfırlandı",
        heading: "İki aşamalı doğrulamanız sıfırlandı",
        lead: `${change.organization === null ? "Sunucuyu yöneten kişi" : `${change.organization} erişim yöneticisi`} kimlik doğrulama uygulamanızı, geçiş anahtarlarınızı ve kurtarma kodlarınızı kaldırdı. Parolanızla oturum açın ve yeniden kurun.`,
      };
  }
};

const texts: Readonly<Record<Language, (change: SecondFactorChange) => SecondFactorText>> = {
  en: english,
  tr: turkish,
};
