import { type EmailFault, invisibleIn } from "@gatehouse/sdk/contract";
import type { I18n } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import { useLingui } from "@lingui/react";

/** Says what is wrong with an address, naming it. */
export function useFaultText(): (address: {
  readonly text: string;
  readonly fault: EmailFault | "duplicate" | null;
}) => string {
  const { i18n } = useLingui();
  return ({ text, fault }) => faultText(text, fault, i18n);
}

/** The same for a given language. */
function faultText(text: string, fault: EmailFault | "duplicate" | null, i18n: I18n): string {
  switch (fault) {
    case "no-ending":
      return i18n._(msg`${text} has no ending such as .com`);
    case "no-at":
    case "empty":
      return i18n._(msg`${text} has no @ with something on both sides`);
    case "several":
      return i18n._(msg`${text} has more than one @, or a space inside`);
    case "too-long":
      return i18n._(msg`${text} is longer than an address can be`);
    case "quoted":
      return i18n._(msg`${text} has quotation marks, which are not supported here`);
    case "invisible": {
      const character = invisibleIn(text) ?? "";
      return i18n._(msg`${text} has an invisible character inside (${character})`);
    }
    case "duplicate":
      return i18n._(msg`${text} is here twice; it gets one invitation`);
    case "characters":
    case null:
      return i18n._(msg`${text} has characters that addresses can’t have`);
  }
}
