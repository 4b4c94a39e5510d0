import type { CatalogueGroup } from "@gatehouse/sdk/contract";
import { useLingui } from "@lingui/react";
import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import { useRouteContext } from "@tanstack/react-router";
import { useMemo } from "react";
import { useApi, useApiKey } from "../session/api.tsx";

const route = "GET /organizations/:organizationId/permissions";
const none: readonly CatalogueGroup[] = [];

/** The organization's catalogue of permissions in the reader's words. */
export interface SeenCatalogue extends Pick<UseQueryResult, "error" | "refetch"> {
  /** Empty until they are here. */
  readonly groups: readonly CatalogueGroup[];
  readonly isLoaded: boolean;
}

/** Reads the catalogue; the words for Gatehouse's own groups are loaded with it. */
export function useCatalogue(): SeenCatalogue {
  const api = useApi();
  const key = useApiKey();
  const { i18n } = useLingui();
  const { languages } = useRouteContext({ from: "__root__" });
  const { data, error, refetch } = useQuery({
    queryKey: [...key(route), "with words"],
    staleTime: 300_000,
    queryFn: async ({ signal }) => {
      const [answer, words] = await Promise.all([
        api(route, { signal }),
        import("./own-permissions.ts"),
        languages.need("words"),
      ]);
      return { groups: answer.groups, translate: words.translateOwnGroups };
    },
  });
  // The locale is named because the same i18n speaks another language after a change.
  const groups = useMemo(() => data?.translate(data.groups, i18n) ?? none, [data, i18n, i18n.locale]);
  return { groups, isLoaded: data !== undefined, error, refetch };
}
