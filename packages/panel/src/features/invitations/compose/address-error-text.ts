import { type EmailFault, invisibleIn } from "@gatehouse/sdk/contract";
import type { I18n } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import { useLingui } from "@lingui/react";

/** Localizes the error of an address. */
export function useAddressErrorText(): (address: {
  readonly text: string;
  readonly fault: EmailFault | "duplicate" | null;
}) => string {
  const { i18n } = useLingui();
  return ({ text, fault }) => formatAddressError(text, fault, i18n);
}

function formatAddressError(text: string, fault: EmailFault | "duplicate" | null, i18n: I18n): string {
  switch (fault) {
    case "no-ending":
      return i18n._(msg`${text} has no domain ending such as .com`);
    case "no-at":
    case "empty":
      return i18n._(msg`${text} needs an @ with text before and after it`);
    case "several":
      return i18n._(msg`${text} contains more than one @ or a space`);
    case "too-long":
      return i18n._(msg`${text} is longer than an address can be`);
    case "quoted":
      return i18n._(msg`${text} contains quotation marks, which are not supported`);
    case "invisible": {
      const character = invisibleIn(text) ?? "";
      return i18n._(msg`${text} contains an invisible character (${character})`);
    }
    case "duplicate":
      return i18n._(msg`${text} is listed twice; it gets one invitation`);
    case "characters":
    case null:
      return i18n._(msg`${text} contains characters that are not allowed in addresses`);
  }
}
