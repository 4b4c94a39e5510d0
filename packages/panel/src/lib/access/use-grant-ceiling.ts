import { useMemo } from "react";
import { useCatalogue } from "../labels/use-catalogue.ts";
import { useOrganization } from "../session/session.tsx";
import { createGrantCeiling, type GrantCeiling } from "./grant-ceiling.ts";

/** The grant ceiling of the signed-in user in the current organization. */
export function useGrantCeiling(): GrantCeiling {
  const { catalogue } = useCatalogue();
  const membership = useOrganization();
  return useMemo(() => createGrantCeiling(catalogue, membership), [catalogue, membership]);
}
