import type { OrganizationView } from "@gatehouse/sdk/contract";

/** Languages by their own names, which are the same in every language. */
export const languageNames: Readonly<Record<OrganizationView["language"], string>> = {
  en: "English",
  tr: "Türkçe",
};
