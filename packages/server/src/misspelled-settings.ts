/** Finds variables of the environment that look like a setting of Gatehouse and aren't one. */
import { settings } from "./setting-list.ts";

/** Every setting of Gatehouse, without those of OpenTelemetry. */
export const settingNames: readonly string[] = settings
  .map(({ name }) => name)
  .filter((name) => !name.startsWith("OTEL_"));

/** Shorter names are too near to those of other programs. */
const minMisspelledLength = 8;

/**
 * What Kubernetes and Docker set for a service called gatehouse (or gatehouse-web): `GATEHOUSE_SERVICE_HOST`,
 * `GATEHOUSE_PORT=tcp://…`, `GATEHOUSE_PORT_80_TCP_ADDR`.
 */
const serviceLink = /^GATEHOUSE_(?:\w+_)?(?:SERVICE_(?:HOST|PORT)|PORT)(?:_\w+)?$/i;

/** A line about the first misspelled variable; null if there is none. Variables of the test suite begin with GATEHOUSE_TEST_. */
export function describeMisspelledSetting(
  environment: Readonly<Record<string, string | undefined>>,
): string | null {
  for (const [name, value = ""] of Object.entries(environment)) {
    if (/^GATEHOUSE_(?!TEST_)/i.test(name) && !isServiceLink(name, value)) {
      return `${name} is not a setting of Gatehouse. Remove it; the settings are ${settingNames.slice(0, -1).join(", ")} and ${settingNames.at(-1)}.`;
    }
    const meant = findMeantSetting(name);
    // When the right one is set too, the other one belongs to another program.
    if (meant !== undefined && !isSet(environment, meant) && value !== "") {
      return `${name} is not a setting of Gatehouse. Did you mean ${meant}? Rename it, or set ${meant} too if another program reads ${name}.`;
    }
  }
  return null;
}

/** Whether the setting has a value, from its file too. */
function isSet(environment: Readonly<Record<string, string | undefined>>, setting: string): boolean {
  return [setting, `${setting}_FILE`].some((name) => (environment[name] ?? "") !== "");
}

/** A number in GATEHOUSE_PORT was written by a person who meant PORT. */
function isServiceLink(name: string, value: string): boolean {
  return serviceLink.test(name) && !(name.toUpperCase() === "GATEHOUSE_PORT" && /^\d+$/.test(value.trim()));
}

function findMeantSetting(name: string): string | undefined {
  const written = name.toUpperCase();
  return settingNames.find(
    (setting) => setting.length >= minMisspelledLength && setting !== name && isOneEditAway(written, setting),
  );
}

/** Whether the texts are equal, or one letter is missing, too much, wrong, or exchanged with its neighbour. */
function isOneEditAway(one: string, other: string): boolean {
  const shortest = Math.min(one.length, other.length);
  let start = 0;
  while (start < shortest && one[start] === other[start]) start += 1;
  let end = 0;
  while (end < shortest - start && one.at(-1 - end) === other.at(-1 - end)) end += 1;
  const [left, right] = [one, other].map((text) => text.slice(start, text.length - end));
  if (left === undefined || right === undefined) return false;
  if (left.length <= 1 && right.length <= 1) return true;
  return left.length === 2 && right.length === 2 && left[0] === right[1] && left[1] === right[0];
}
