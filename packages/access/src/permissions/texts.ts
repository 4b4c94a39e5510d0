/** Texts in several languages. */

/** The languages of the panel and of emails. */
export type TextLanguage = "en" | "tr";

/** One text for all languages, or one for each: `"Campaigns"` or `{ en: "Campaigns", tr: "Kampanyalar" }`. */
export type LocalizedText = string | { readonly [L in TextLanguage]?: string };

/** The text in a language; without one in English, and without that in any language. */
export function inLanguage(text: LocalizedText, language: TextLanguage): string {
  if (typeof text === "string") return text;
  return text[language] ?? text.en ?? text.tr ?? "";
}
