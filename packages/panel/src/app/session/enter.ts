import { redirect } from "@tanstack/react-router";
import { ApiProblem } from "../api/problem.ts";
import type { PanelContext } from "../context.ts";
import { meQuery } from "./session.tsx";
import { mayBeSignedIn, noteSignedIn } from "./signed-in-hint.ts";

/**
 * Lets somebody into the shell: reads the account once, puts its language in force, and sends those who are not
 * signed in to the door with the address that they wanted.
 */
export async function enterShell(context: PanelContext, wanted: string) {
  const queryClient = await context.queryClient();
  const isKnown = queryClient.getQueryData(meQuery.queryKey) !== undefined;
  // Where nobody has signed in, `/me` would only be refused. The sign-in page finds out, and leads back here if it is wrong.
  if (!isKnown && !mayBeSignedIn()) throw signInFirst(wanted);
  try {
    const me = await queryClient.ensureQueryData(meQuery);
    if (!isKnown && me.account.language !== document.documentElement.lang)
      await context.languages.use(me.account.language);
  } catch (error) {
    if (!(error instanceof ApiProblem && error.status === 401)) throw error;
    noteSignedIn(false);
    throw signInFirst(wanted);
  }
  return { queryClient };
}

function signInFirst(wanted: string) {
  return redirect({ to: "/sign-in", search: { next: wanted } });
}
