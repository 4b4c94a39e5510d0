import { useMemo } from "react";
import { indexPermissionLabels } from "../../../lib/labels/permission-labels.ts";
import { useCatalogue } from "../../../lib/labels/use-catalogue.ts";

/** The label of a permission: "Campaigns · Approve". A permission that the catalogue no longer has keeps its name. */
export function usePermissionName(): (permission: string) => string {
  const { groups } = useCatalogue();
  return useMemo(() => {
    const words = indexPermissionLabels(groups);
    return (permission) => {
      const named = words.get(permission);
      return named === undefined ? permission : `${named.group} · ${named.label}`;
    };
  }, [groups]);
}
