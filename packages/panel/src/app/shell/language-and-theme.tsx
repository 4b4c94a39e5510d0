/** Language (saved in the account) and theme (saved in this browser). */
import { Trans, useLingui } from "@lingui/react/macro";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouteContext } from "@tanstack/react-router";
import { useSyncExternalStore } from "react";
import { useProblemText } from "../../lib/api/problem-text.tsx";
import { useApi } from "../../lib/api/use-api.tsx";
import type { Language } from "../../lib/language.ts";
import { meQuery } from "../../lib/session/session.tsx";
import { getTheme, setTheme, subscribeToTheme } from "../../lib/storage/storage.ts";
import { InlineNotice } from "../../ui/feedback/inline-notice.tsx";
import { Chips } from "../../ui/forms/chips.tsx";

interface ChoiceProps {
  /** A heading next to it already names the group. */
  readonly isLegendHidden?: boolean;
}

/** English or Turkish, for every session of the account. */
export function LanguageChoice({ isLegendHidden = false }: ChoiceProps) {
  const { t, i18n } = useLingui();
  const api = useApi();
  const client = useQueryClient();
  const { languages } = useRouteContext({ from: "__root__" });
  const change = useMutation({
    mutationFn: async (language: Language) => {
      await languages.use(language);
      client.setQueryData(meQuery.queryKey, await api("PATCH /me", { body: { language } }));
    },
  });
  const problemText = useProblemText();
  return (
    <>
      <Chips
        legend={t`Language`}
        isLegendHidden={isLegendHidden}
        value={i18n.locale as Language}
        choices={[
          { value: "en", text: "English", lang: "en" },
          { value: "tr", text: "Türkçe", lang: "tr" },
        ]}
        onChange={(language) => change.mutate(language)}
      />
      {change.isError ? (
        <InlineNotice tone="bad">
          <Trans>Changed in this browser only.</Trans> {problemText(change.error).text}
        </InlineNotice>
      ) : null}
    </>
  );
}

/** Light, dark, or the system setting. */
export function ThemeChoice({ isLegendHidden = false }: ChoiceProps) {
  const { t } = useLingui();
  const theme = useSyncExternalStore(subscribeToTheme, getTheme);
  return (
    <Chips
      legend={t`Theme`}
      isLegendHidden={isLegendHidden}
      value={theme}
      choices={[
        { value: "system", text: t`System` },
        { value: "light", text: t`Light` },
        { value: "dark", text: t`Dark` },
      ]}
      onChange={setTheme}
    />
  );
}
