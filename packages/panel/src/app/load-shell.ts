import { redirect } from "@tanstack/react-router";
import { ApiProblem } from "../lib/api/request.ts";
import { meQuery } from "../lib/session/session.tsx";
import { mayBeSignedIn, setSignedInHint } from "../lib/storage/storage.ts";
import type { PanelContext } from "./context.ts";

/**
 * Loads what the shell needs: fetches the account once and activates its language. Redirects to sign-in, with the
 * requested path, when nobody is signed in.
 */
export async function loadShell(context: PanelContext, requestedPath: string) {
  const queryClient = await context.queryClient();
  const isKnown = queryClient.getQueryData(meQuery.queryKey) !== undefined;
  // Without a sign-in `/me` would only return 401. If the hint is wrong, the sign-in page redirects back here.
  if (!isKnown && !mayBeSignedIn()) throw redirectToSignIn(requestedPath);
  try {
    const [me] = await Promise.all([
      queryClient.ensureQueryData(meQuery),
      context.languages.need("navigation"),
    ]);
    if (!isKnown && me.account.language !== document.documentElement.lang) {
      await context.languages.use(me.account.language);
      await queryClient.fetchQuery({ ...meQuery, staleTime: 0 }); // names of roles in that language
    }
  } catch (error) {
    if (!(error instanceof ApiProblem && error.status === 401)) throw error;
    setSignedInHint(false);
    throw redirectToSignIn(requestedPath);
  }
  return { queryClient };
}

function redirectToSignIn(next: string) {
  return redirect({ to: "/sign-in", search: { next } });
}
