/** Describes a change of permissions with the catalogue's labels. */
import { inLanguage } from "@gatehouse/access/catalogue";
import { permissions as catalogue } from "../permissions.ts";

/** A sentence about gained and lost permissions of this panel; null if nothing changed. */
export function describeChange(before: readonly string[], after: readonly string[]): string | null {
  const gained = listLabels(after.filter((name) => !before.includes(name)));
  const lost = listLabels(before.filter((name) => !after.includes(name)));
  if (gained === null && lost === null) return null;
  const parts = [
    ...(lost === null ? [] : [`You can no longer: ${lost}.`]),
    ...(gained === null ? [] : [`You can now: ${gained}.`]),
  ];
  return `Your access was changed in Gatehouse. ${parts.join(" ")}`;
}

function listLabels(names: readonly string[]): string | null {
  const labels = catalogue.definition.flatMap((group) =>
    group.actions
      .filter(({ permission }) => names.includes(permission))
      .map(
        ({ label }) =>
          `${inLanguage(label, "en").toLowerCase()} (${inLanguage(group.label, "en").toLowerCase()})`,
      ),
  );
  return labels.length === 0 ? null : labels.join(", ");
}
