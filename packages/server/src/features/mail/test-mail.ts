/** The mail that only shows that mail arrives. Pure. */
import type { Language } from "@gatehouse/sdk/contract";

interface TestMail {
  readonly language: Language;
  /** Whoever asked for it, and gets it. */
  readonly name: string;
  readonly publicUrl: string;
}

const words = {
  en: {
    subject: "Test mail from Gatehouse",
    hello: (name: string) => `Hello ${name},`,
    says: "this mail shows that Gatehouse can send mail. Invitations will arrive in the same way.",
    sentBy: (url: string) => `Sent from the settings of Gatehouse at ${url}`,
  },
  tr: {
    subject: "Gatehouse deneme e-postası",
    hello: (name: string) => `Merhaba ${name},`,
    says: "bu e-posta, Gatehouse'un e-posta gönderebildiğini gösterir. Davetler de aynı yoldan ulaşacak.",
    sentBy: (url: string) => `${url} adresindeki Gatehouse ayarlarından gönderildi`,
  },
} as const;

/** Renders the mail in the reader's language. */
export function renderTestMail({ language, name, publicUrl }: TestMail): {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
} {
  const { subject, hello, says, sentBy } = words[language];
  const paragraphs = [hello(name), says, sentBy(publicUrl)];
  const html = paragraphs.map((text) => `<p style="margin:0 0 16px">${escaped(text)}</p>`).join("");
  return {
    subject,
    text: `${paragraphs.join("\n\n")}\n`,
    html: `<!doctype html><html lang="${language}"><body style="font:16px/1.5 system-ui,sans-serif;padding:24px">${html}</body></html>`,
  };
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
