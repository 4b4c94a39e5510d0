import type { I18n } from "@lingui/core";
import type { QueryClient } from "@tanstack/react-query";
import { type Languages, startLanguages } from "./language.ts";
import { createSessionGate, type SessionGate } from "./session/session-gate.ts";

/** What every route may use; made once, when the page starts. */
export interface PanelContext {
  readonly languages: Languages;
  readonly gate: SessionGate;
  /** The cache of the API's answers. It arrives with the shell, so that doorway pages stay small. */
  readonly queryClient: () => Promise<QueryClient>;
}

/** Builds the context, with the reader's language in force. */
export async function createPanelContext(i18n: I18n): Promise<PanelContext> {
  let client: Promise<QueryClient> | null = null;
  return {
    languages: await startLanguages(i18n),
    gate: createSessionGate(),
    queryClient: () => {
      client ??= import("./session/query-client.ts").then(({ createQueryClient }) => createQueryClient());
      return client;
    },
  };
}
