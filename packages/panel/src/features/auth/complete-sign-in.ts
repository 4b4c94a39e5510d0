import type { EnteredView } from "@gatehouse/sdk/contract";
import type { PanelContext } from "../../app/context.ts";
import { request } from "../../lib/api/request.ts";
import { basePath } from "../../lib/base-path.ts";
import { remember, setSignedInHint } from "../../lib/storage/storage.ts";

interface Router {
  readonly history: { replace(path: string): void };
}

/** Clears the query cache, which may belong to another account, and opens the requested page. */
export async function completeSignIn(
  context: PanelContext,
  router: Router,
  requestedPath: string,
): Promise<void> {
  setSignedInHint(true);
  const client = await context.queryClient();
  client.clear();
  router.history.replace(basePath + requestedPath);
}

/** Completes a sign-in that belongs to one organization, set-up or an accepted invitation, and opens a page of it. */
export async function completeSignInToOrganization(
  context: PanelContext,
  router: Router,
  { organizationId }: EnteredView,
  path: "/" | "/welcome",
): Promise<void> {
  remember("organization", organizationId);
  await completeSignIn(context, router, path);
}

/** Saves the language of the page in a new account. Errors are ignored: it can be changed later. */
export async function saveLanguage(entered: EnteredView): Promise<void> {
  const language = document.documentElement.lang === "tr" ? "tr" : "en";
  if (language !== entered.user.language)
    await request("PATCH /me", { body: { language } }).catch(() => undefined);
}
