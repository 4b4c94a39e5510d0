/** Formats instants relative to now: "3 days ago". */

const steps: ReadonlyArray<readonly [unit: Intl.RelativeTimeFormatUnit, seconds: number, below: number]> = [
  ["minute", 60, 60 * 60],
  ["hour", 3600, 24 * 3600],
  ["day", 86_400, 7 * 86_400],
  ["week", 7 * 86_400, 60 * 86_400],
  ["month", 30.44 * 86_400, 365 * 86_400],
  ["year", 365.25 * 86_400, Number.POSITIVE_INFINITY],
];

/** The locale for dates and numbers; English uses en-GB, with the day before the month. */
export function formatLocale(language: string): string {
  return language === "tr" ? "tr-TR" : "en-GB";
}

/**
 * Formats an instant: "Now", "2 minutes ago", "Yesterday", "In 3 days". Days are calendar days: yesterday evening is
 * "Yesterday" at one in the morning.
 */
export function relativeTime(at: Date, now: Date, language: string): string {
  const locale = formatLocale(language);
  if (isNow(at, now))
    return sentence(new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(0, "second"), locale);
  return sentence(relativePhrase(at, now, language), locale);
}

/** Formats an instant inside a sentence: "just now", "yesterday". */
export function relativePhrase(at: Date, now: Date, language: string): string {
  if (isNow(at, now)) return language === "tr" ? "az önce" : "just now";
  const seconds = (at.getTime() - now.getTime()) / 1000;
  const distance = Math.abs(seconds);
  const format = new Intl.RelativeTimeFormat(formatLocale(language), { numeric: "auto" });
  const [unit, length] = steps.find(([, , below]) => distance < below) ?? ["year", 365.25 * 86_400];
  if (unit === "day") return format.format(calendarDays(at, now), "day");
  const count = Math.trunc(distance / length) || 1;
  return format.format(seconds < 0 ? -count : count, unit);
}

/** Date, time and zone: "3 Mar 2026, 14:05 (UTC+3)". */
export function absoluteTime(at: Date, language: string, timeZone?: string): string {
  const format = new Intl.DateTimeFormat(formatLocale(language), {
    day: "numeric",
    month: "short",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    timeZoneName: "shortOffset",
    ...(timeZone === undefined ? {} : { timeZone }),
  });
  const parts = format.formatToParts(at);
  const zone = parts.find((part) => part.type === "timeZoneName")?.value ?? "";
  const words = parts.filter((part) => part.type !== "timeZoneName").map((part) => part.value);
  return `${words.join("").trim()} (UTC${zone.replace(/^(?:GMT|UTC)(?:\+0$)?/, "")})`;
}

/** The date alone: "3 Mar 2026". */
export function dateOnly(at: Date, language: string): string {
  return new Intl.DateTimeFormat(formatLocale(language), {
    day: "numeric",
    month: "short",
    year: "numeric",
  }).format(at);
}

function isNow(at: Date, now: Date): boolean {
  return Math.abs(at.getTime() - now.getTime()) < 45_000;
}

function calendarDays(at: Date, now: Date): number {
  const midnight = (date: Date) => Date.UTC(date.getFullYear(), date.getMonth(), date.getDate());
  return Math.round((midnight(at) - midnight(now)) / 86_400_000);
}

function sentence(words: string, locale: string): string {
  return words.charAt(0).toLocaleUpperCase(locale) + words.slice(1);
}
