import { useMemo } from "react";
import { permissionWords } from "../../../app/words/permission-words.ts";
import { useCatalogue } from "../../../app/words/use-catalogue.ts";

/** Names a permission as people read it: "Campaigns · Approve". One that the catalogue no longer has keeps its name. */
export function usePermissionName(): (permission: string) => string {
  const { groups } = useCatalogue();
  return useMemo(() => {
    const words = permissionWords(groups);
    return (permission) => {
      const named = words.get(permission);
      return named === undefined ? permission : `${named.group} · ${named.label}`;
    };
  }, [groups]);
}
