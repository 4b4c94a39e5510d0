import type { EnteredView } from "@gatehouse/sdk/contract";
import { request } from "../api/request.ts";
import type { PanelContext } from "../context.ts";
import { noteSignedIn } from "../session/signed-in-hint.ts";
import { remember } from "../storage.ts";

interface Router {
  readonly history: { replace(path: string): void };
}

/** Goes through the door: forgets what was read under another account, and opens the page that was wanted. */
export async function enterPanel(context: PanelContext, router: Router, wanted: string): Promise<void> {
  noteSignedIn(true);
  const client = await context.queryClient();
  client.clear();
  router.history.replace(wanted);
}

/** The same by a way that leads into one organization: set-up, or an invitation. */
export async function enterOrganization(
  context: PanelContext,
  router: Router,
  entered: EnteredView,
): Promise<void> {
  remember("organization", entered.organizationId);
  await enterPanel(context, router, "/");
}

/** Gives a new account the language in which its owner has just read the page; if that fails, they can choose it inside. */
export async function keepLanguage(entered: EnteredView): Promise<void> {
  const language = document.documentElement.lang === "tr" ? "tr" : "en";
  if (language !== entered.user.language)
    await request("PATCH /me", { body: { language } }).catch(() => undefined);
}
