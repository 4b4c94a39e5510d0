/** Adds the Turkish texts to the example. */
import { toLabel } from "../permissions/names.ts";
import type { LocalizedText } from "../permissions/texts.ts";
import { turkishTexts } from "./turkish-texts.ts";

interface EnglishAction {
  readonly label?: string;
  readonly description: string;
}

interface EnglishGroup {
  readonly label: string;
  readonly description: string;
  readonly actions: Readonly<Record<string, EnglishAction>>;
}

/** The same groups with every text in both languages. The keys and all other properties stay. */
export function withTurkish<const G extends Readonly<Record<string, EnglishGroup>>>(groups: G): Localized<G> {
  const localized = Object.entries(groups).map(([key, group]) => {
    const [label, description, actions] = turkishTexts[key] ?? missing(key);
    const translated = Object.entries(group.actions).map(([name, action]) => {
      const [actionLabel, actionDescription] = actions[name] ?? missing(`${key}:${name}`);
      return [
        name,
        {
          ...action,
          label: { en: action.label ?? toLabel(name), tr: actionLabel },
          description: { en: action.description, tr: actionDescription },
        },
      ] as const;
    });
    return [
      key,
      {
        label: { en: group.label, tr: label },
        description: { en: group.description, tr: description },
        actions: Object.fromEntries(translated),
      },
    ] as const;
  });
  return Object.fromEntries(localized) as Localized<G>;
}

/** A declaration with the same keys and implications, and localized texts. */
type Localized<G> = {
  readonly [K in keyof G]: {
    readonly label: LocalizedText;
    readonly description: LocalizedText;
    readonly actions: G[K] extends { readonly actions: infer A }
      ? { readonly [N in keyof A]: Omit<A[N], "label" | "description"> & LocalizedAction }
      : never;
  };
};

interface LocalizedAction {
  readonly label: LocalizedText;
  readonly description: LocalizedText;
}

function missing(key: string): never {
  throw new Error(`The example has no Turkish texts for ${key}.`);
}
