import type { I18n } from "@lingui/core";
import { msg, plural } from "@lingui/core/macro";
import { formatLocale } from "../../ui/relative-time.ts";

/** For how many days a link may work; the middle one unless chosen otherwise. */
export const expiryDays = ["1", "3", "7", "14", "30"] as const;

/** One of them. */
export type ExpiryDays = (typeof expiryDays)[number];

/** "7 days, until 30 Nov". */
export function expiryText(days: ExpiryDays, now: Date, i18n: I18n): string {
  const count = Number(days);
  const end = new Date(now.getTime() + count * 86_400_000);
  const date = new Intl.DateTimeFormat(formatLocale(i18n.locale), { day: "numeric", month: "short" }).format(
    end,
  );
  return i18n._(msg`${plural(count, { one: `# day, until ${date}`, other: `# days, until ${date}` })}`);
}
