import { useRouter } from "@tanstack/react-router";
import { ProblemState } from "./problem-state.tsx";

/** A page that broke, inside the shell: the rest of the panel stays usable. */
export function PageError({ error }: { readonly error: unknown }) {
  const router = useRouter();
  return <ProblemState isPage error={error} onRetry={() => void router.invalidate()} />;
}
