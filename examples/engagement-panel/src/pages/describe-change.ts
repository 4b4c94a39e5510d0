/** A change of what somebody may do, in the words of the catalogue. */
import { permissions as catalogue } from "../permissions.ts";

/** One sentence about what came and went of this panel's permissions; null when nothing did. */
export function describeChange(before: readonly string[], after: readonly string[]): string | null {
  const gained = wordsOf(after.filter((name) => !before.includes(name)));
  const lost = wordsOf(before.filter((name) => !after.includes(name)));
  if (gained === null && lost === null) return null;
  const parts = [
    ...(lost === null ? [] : [`You may no longer: ${lost}.`]),
    ...(gained === null ? [] : [`You may now: ${gained}.`]),
  ];
  return `Your access was changed in Gatehouse. ${parts.join(" ")}`;
}

function wordsOf(names: readonly string[]): string | null {
  const words = catalogue.definition.flatMap((group) =>
    group.actions
      .filter(({ permission }) => names.includes(permission))
      .map(({ label }) => `${label.toLowerCase()} (${group.label.toLowerCase()})`),
  );
  return words.length === 0 ? null : words.join(", ");
}
