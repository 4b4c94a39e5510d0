import { redirect } from "@tanstack/react-router";
import { ApiProblem } from "../api/problem.ts";
import type { PanelContext } from "../context.ts";
import { meQuery } from "./session.tsx";

/**
 * Lets somebody into the shell: reads the account once, puts its language in force, and sends those who are not
 * signed in to the door with the address that they wanted.
 */
export async function enterShell(context: PanelContext, wanted: string) {
  const queryClient = await context.queryClient();
  const isKnown = queryClient.getQueryData(meQuery.queryKey) !== undefined;
  try {
    const me = await queryClient.ensureQueryData(meQuery);
    if (!isKnown && me.account.language !== document.documentElement.lang)
      await context.languages.use(me.account.language);
  } catch (error) {
    if (error instanceof ApiProblem && error.status === 401)
      throw redirect({ to: "/sign-in", search: { next: wanted } });
    throw error;
  }
  return { queryClient };
}
