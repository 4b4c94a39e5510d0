/** The panel's two languages and their messages. */
import type { I18n, Messages } from "@lingui/core";
import { loadModule } from "./load-module.ts";
import { recall, remember } from "./storage/storage.ts";

/** A language of the panel. */
export type Language = "en" | "tr";

/** Names of the message catalogues, as in lingui.config.ts. */
type Catalogue =
  | "shell"
  | "navigation"
  | "words"
  | "help"
  | "imports"
  | "invite"
  | "organization-rules"
  | "palette"
  | "permissions"
  | "passkeys"
  | "second-factor"
  | "sessions"
  | "user-jobs"
  | "accept"
  | "account"
  | "audit"
  | "hand-off"
  | "new-password"
  | "recovery"
  | "invitations"
  | "invite-many"
  | "role"
  | "roles"
  | "settings"
  | "setup"
  | "sign-in"
  | "start"
  | "user"
  | "users";

const files = import.meta.glob<{ readonly messages: Messages }>("../messages/*/*.po");

/** Loads message catalogues on demand, and reloads them when the language changes. */
export interface Languages {
  /** Makes a catalogue's messages available in the current language. Await it before the page renders. */
  need(catalogue: Catalogue): Promise<void>;
  /** Changes the language of the panel. */
  use(language: Language): Promise<void>;
}

/** Creates the loader for a Lingui instance and activates the preferred language. */
export async function startLanguages(i18n: I18n): Promise<Languages> {
  const needed = new Set<Catalogue>();
  const languages: Languages = {
    async need(catalogue) {
      if (needed.has(catalogue)) return;
      const messages = await read(i18n.locale as Language, catalogue);
      needed.add(catalogue);
      i18n.loadAndActivate({ locale: i18n.locale, messages: { ...i18n.messages, ...messages } });
    },
    async use(language) {
      needed.add("shell");
      const parts = await Promise.all([...needed].map((catalogue) => read(language, catalogue)));
      i18n.loadAndActivate({ locale: language, messages: Object.assign({}, ...parts) });
      document.documentElement.lang = language;
      remember("language", language);
    },
  };
  await languages.use(preferredLanguage(recall("language"), navigator.languages));
  return languages;
}

/** The saved language, else the first supported language of the browser, else English. */
export function preferredLanguage(chosen: string | null, accepted: readonly string[]): Language {
  const tags = [chosen ?? "", ...accepted].map((tag) => tag.slice(0, 2).toLowerCase());
  return tags.find(isLanguage) ?? "en";
}

function isLanguage(tag: string): tag is Language {
  return tag === "en" || tag === "tr";
}

async function read(language: Language, catalogue: Catalogue): Promise<Messages> {
  const load = files[`../messages/${language}/${catalogue}.po`];
  if (load === undefined) throw new Error(`No messages for ${catalogue} in ${language}`);
  return (await loadModule(load)).messages;
}
