/** Names of browsers and systems, for lists of sessions and emails about them. */

/** A device. Null where the user agent contains no known name. */
export interface Device {
  readonly browser: string | null;
  readonly system: string | null;
}

type Pattern = readonly [pattern: RegExp, name: string];

/** The order matters: most user agents also contain the names of other browsers. */
const browsers: readonly Pattern[] = [
  [/\bEdgA?(?:iOS)?\//, "Edge"],
  [/\bOPR\/|\bOpera\b/, "Opera"],
  [/\bSamsungBrowser\//, "Samsung Internet"],
  [/\bYaBrowser\//, "Yandex"],
  [/\bVivaldi\//, "Vivaldi"],
  [/\bFirefox\/|\bFxiOS\//, "Firefox"],
  [/\bChrome\/|\bCriOS\/|\bChromium\//, "Chrome"],
  [/\bVersion\/\S+.*\bSafari\//, "Safari"],
];

const systems: readonly Pattern[] = [
  [/\biPhone\b|\biPod\b/, "iPhone"],
  [/\biPad\b/, "iPad"],
  [/\bAndroid\b/, "Android"],
  [/\bWindows\b/, "Windows"],
  [/\bCrOS\b/, "ChromeOS"],
  [/\bMac OS X\b|\bMacintosh\b/, "macOS"],
  [/\bLinux\b/, "Linux"],
];

/** Parses a `User-Agent` header. */
export function parseUserAgent(userAgent: string | null): Device {
  return { browser: findName(userAgent, browsers), system: findName(userAgent, systems) };
}

function findName(userAgent: string | null, patterns: readonly Pattern[]): string | null {
  return patterns.find(([pattern]) => pattern.test(userAgent ?? ""))?.[1] ?? null;
}
