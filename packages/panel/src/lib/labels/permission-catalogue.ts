/** The permission catalogue of the organization, and labels of permissions by name. */
import type { Catalogue } from "@gatehouse/access";
import type { CatalogueGroup } from "@gatehouse/sdk/contract";
import { useLingui } from "@lingui/react";
import { keepPreviousData, type UseQueryResult, useQuery } from "@tanstack/react-query";
import { useApi, useApiKey } from "../api/use-api.tsx";
import { loadModule } from "../load-module.ts";

/** The label and description of a permission. */
export interface PermissionLabel {
  readonly permission: string;
  readonly label: string;
  /** Empty where the catalogue has none. */
  readonly description: string;
  readonly sensitive: boolean;
  /** Label of its group. */
  readonly group: string;
}

/** Indexes the labels of all permissions by name. */
export function indexPermissionLabels(
  groups: readonly CatalogueGroup[],
): ReadonlyMap<string, PermissionLabel> {
  const pairs = groups.flatMap((group) =>
    group.actions.map(({ permission, label, description = "", sensitive }) => {
      return [permission, { permission, label, description, sensitive, group: group.label }] as const;
    }),
  );
  return new Map(pairs);
}

/** Indexes labels with their group, "Campaigns: Approve", by permission. */
export function indexQualifiedLabels(groups: readonly CatalogueGroup[]): ReadonlyMap<string, string> {
  return new Map(
    groups.flatMap((group) =>
      group.actions.map((action) => [action.permission, `${group.label}: ${action.label}`] as const),
    ),
  );
}

/** Formats a permission next to another one: with its group where the groups differ. */
export function formatRelativeTo(
  permission: string,
  other: string,
  labels: ReadonlyMap<string, PermissionLabel>,
): string {
  const named = labels.get(permission);
  if (named === undefined) return permission;
  return named.group === labels.get(other)?.group ? named.label : `${named.group} · ${named.label}`;
}

const route = "GET /organizations/:organizationId/permissions";
const none: readonly CatalogueGroup[] = [];

/** The localized permission catalogue of the organization. */
export interface LoadedCatalogue extends Pick<UseQueryResult, "error" | "refetch"> {
  /** Empty until loaded. */
  readonly groups: readonly CatalogueGroup[];
  /** The same, compiled for the rules of `@gatehouse/access`; null until loaded. */
  readonly catalogue: Catalogue | null;
  readonly isLoaded: boolean;
}

/** Loads and compiles the catalogue. */
export function useCatalogue(): LoadedCatalogue {
  const api = useApi();
  const key = useApiKey();
  const { i18n } = useLingui();
  const { data, error, refetch } = useQuery({
    queryKey: [...key(route), "localized", i18n.locale],
    placeholderData: keepPreviousData,
    staleTime: 300_000,
    queryFn: async ({ signal }) => {
      const [answer, { restoreCatalogue }] = await Promise.all([
        api(route, { signal }),
        loadModule(() => import("@gatehouse/access/catalogue")),
      ]);
      return {
        groups: answer.groups as readonly CatalogueGroup[], // the request has a language
        catalogue: restoreCatalogue(answer.groups),
      };
    },
  });
  const { groups = none, catalogue = null } = data ?? {};
  return { groups, catalogue, isLoaded: data !== undefined, error, refetch };
}
