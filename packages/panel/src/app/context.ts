import type { I18n } from "@lingui/core";
import type { QueryClient } from "@tanstack/react-query";
import { type Languages, startLanguages } from "../lib/language.ts";
import { loadModule } from "../lib/load-module.ts";
import { createReauthentication, type Reauthentication } from "../lib/session/reauthentication.ts";

/** The router context of every route; created once, when the page starts. */
export interface PanelContext {
  readonly languages: Languages;
  readonly reauthentication: Reauthentication;
  /** The query cache. Loaded with the shell, so that authentication pages stay small. */
  readonly queryClient: () => Promise<QueryClient>;
}

/** Creates the context and activates the user's language. */
export async function createPanelContext(i18n: I18n): Promise<PanelContext> {
  let client: Promise<QueryClient> | null = null;
  return {
    languages: await startLanguages(i18n),
    reauthentication: createReauthentication(),
    queryClient: () => {
      client ??= loadModule(() => import("../lib/api/query-client.ts")).then(({ createQueryClient }) =>
        createQueryClient(),
      );
      return client;
    },
  };
}
