/** Browser and system behind a user agent, as people call them. Pure. */

/** What is known of a device; null where the user agent tells nothing. */
export interface Device {
  readonly browser: string | null;
  readonly system: string | null;
}

type Sign = readonly [pattern: RegExp, name: string];

/** In this order: most browsers also name the ones that they descend from. */
const browsers: readonly Sign[] = [
  [/\bEdgA?(?:iOS)?\//, "Edge"],
  [/\bOPR\/|\bOpera\b/, "Opera"],
  [/\bSamsungBrowser\//, "Samsung Internet"],
  [/\bYaBrowser\//, "Yandex"],
  [/\bVivaldi\//, "Vivaldi"],
  [/\bFirefox\/|\bFxiOS\//, "Firefox"],
  [/\bChrome\/|\bCriOS\/|\bChromium\//, "Chrome"],
  [/\bVersion\/\S+.*\bSafari\//, "Safari"],
];

const systems: readonly Sign[] = [
  [/\biPhone\b|\biPod\b/, "iPhone"],
  [/\biPad\b/, "iPad"],
  [/\bAndroid\b/, "Android"],
  [/\bWindows\b/, "Windows"],
  [/\bCrOS\b/, "ChromeOS"],
  [/\bMac OS X\b|\bMacintosh\b/, "macOS"],
  [/\bLinux\b/, "Linux"],
];

/** Reads a user agent. */
export function deviceOf(userAgent: string | null): Device {
  return { browser: nameOf(userAgent, browsers), system: nameOf(userAgent, systems) };
}

function nameOf(userAgent: string | null, signs: readonly Sign[]): string | null {
  return signs.find(([pattern]) => pattern.test(userAgent ?? ""))?.[1] ?? null;
}
