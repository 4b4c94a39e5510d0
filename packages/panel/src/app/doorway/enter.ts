import type { PanelContext } from "../context.ts";
import { remember } from "../storage.ts";

interface Router {
  readonly history: { replace(path: string): void };
}

/** Goes through the door: forgets what was read under another account, and opens the page that was wanted. */
export async function enterPanel(
  context: PanelContext,
  router: Router,
  wanted: string,
  organizationId?: string,
): Promise<void> {
  const client = await context.queryClient();
  client.clear();
  if (organizationId !== undefined) remember("organization", organizationId);
  router.history.replace(wanted);
}
