import type { I18n } from "@lingui/core";
import { msg, plural } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";
import { useNow } from "../../ui/now.tsx";
import { formatLocale } from "../../ui/relative-time.ts";
import { Select } from "../../ui/select.tsx";
import type { useTerms } from "./use-terms.ts";

interface ExpirySelectProps {
  readonly terms: Pick<ReturnType<typeof useTerms>, "days" | "usualDays" | "setDays">;
}

/** For how long the link works: what the organization has set unless chosen otherwise. */
export function ExpirySelect({ terms: { days, usualDays, setDays } }: ExpirySelectProps) {
  const { t, i18n } = useLingui();
  const now = useNow();
  return (
    <Select
      label={t`Link works for`}
      value={days}
      placeholder={t`As long as usual here`}
      choices={choicesWith(usualDays).map((value) => ({ value, text: expiryText(value, now, i18n) }))}
      onChange={setDays}
    />
  );
}

const common = ["1", "3", "7", "14", "30"];

function choicesWith(usual: string | null): readonly string[] {
  const all = new Set(usual === null ? common : [...common, usual]);
  return [...all].sort((a, b) => Number(a) - Number(b));
}

/** "7 days, until 30 Nov". */
function expiryText(days: string, now: Date, i18n: I18n): string {
  const count = Number(days);
  const end = new Date(now.getTime() + count * 86_400_000);
  const date = new Intl.DateTimeFormat(formatLocale(i18n.locale), { day: "numeric", month: "short" }).format(
    end,
  );
  return i18n._(msg`${plural(count, { one: `# day, until ${date}`, other: `# days, until ${date}` })}`);
}
