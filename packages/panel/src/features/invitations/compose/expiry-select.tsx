import type { I18n } from "@lingui/core";
import { msg, plural } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";
import { useNow } from "../../../ui/data-display/now.tsx";
import { formatLocale } from "../../../ui/data-display/relative-time.ts";
import { Select } from "../../../ui/forms/select.tsx";
import type { useInvitationOptions } from "./use-invitation-options.ts";

interface ExpirySelectProps {
  readonly options: Pick<ReturnType<typeof useInvitationOptions>, "days" | "defaultDays" | "setDays">;
}

/** How long the link is valid; the organization's setting by default. */
export function ExpirySelect({ options: { days, defaultDays, setDays } }: ExpirySelectProps) {
  const { t, i18n } = useLingui();
  const now = useNow();
  return (
    <Select
      label={t`Link works for`}
      value={days}
      placeholder={t`Organization default`}
      choices={listDays(defaultDays).map((value) => ({ value, text: formatExpiry(value, now, i18n) }))}
      onChange={setDays}
    />
  );
}

const common = ["1", "3", "7", "14", "30"];

function listDays(usual: string | null): readonly string[] {
  const all = new Set(usual === null ? common : [...common, usual]);
  return [...all].sort((a, b) => Number(a) - Number(b));
}

/** "7 days, until 30 Nov". */
function formatExpiry(days: string, now: Date, i18n: I18n): string {
  const count = Number(days);
  const end = new Date(now.getTime() + count * 86_400_000);
  const date = new Intl.DateTimeFormat(formatLocale(i18n.locale), { day: "numeric", month: "short" }).format(
    end,
  );
  return i18n._(msg`${plural(count, { one: `# day, until ${date}`, other: `# days, until ${date}` })}`);
}
