/** What one may choose for oneself at once: the language, and the theme in this browser. */
import { Trans, useLingui } from "@lingui/react/macro";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouteContext } from "@tanstack/react-router";
import { useSyncExternalStore } from "react";
import { Chips } from "../../ui/chips.tsx";
import { Reason } from "../../ui/reason.tsx";
import type { Language } from "../language.ts";
import { useProblemText } from "../problem-text.ts";
import { useApi } from "../session/api.tsx";
import { meQuery } from "../session/session.tsx";
import { chooseTheme, chosenTheme, subscribeToTheme } from "../theme.ts";

interface ChoiceProps {
  /** A heading says it already. */
  readonly isLegendHidden?: boolean;
}

/** English or Turkish, everywhere that one signs in. */
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
        <Reason tone="bad">
          <Trans>Changed in this browser only.</Trans> {problemText(change.error).text}
        </Reason>
      ) : null}
    </>
  );
}

/** Light, dark, or as the system says, in this browser. */
export function ThemeChoice({ isLegendHidden = false }: ChoiceProps) {
  const { t } = useLingui();
  const theme = useSyncExternalStore(subscribeToTheme, chosenTheme);
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
      onChange={chooseTheme}
    />
  );
}
