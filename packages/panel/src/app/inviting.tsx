/** Inviting, from every page: the key, the button, and the dialog, which is loaded while nothing else happens. */
import { Trans, useLingui } from "@lingui/react/macro";
import { useQueryClient } from "@tanstack/react-query";
import { useRouteContext } from "@tanstack/react-router";
import {
  createContext,
  type ReactNode,
  useContext,
  useEffect,
  useEffectEvent,
  useMemo,
  useState,
} from "react";
import { Button } from "../ui/button.tsx";
import { PlusIcon } from "../ui/icons.tsx";
import { useApiKey } from "./session/api.tsx";
import { useCan } from "./session/session.tsx";
import { useShortcut, useShortcuts } from "./shortcuts/shortcuts.tsx";

interface Inviting {
  /** Opens the dialog, with an address or a list of them if there is one. */
  readonly open: (addresses: string) => void;
  readonly preload: () => void;
}

const InviteContext = createContext<Inviting | null>(null);

type Dialog = typeof import("./invite/invite-dialog.tsx").InviteDialog;

/**
 * Loads the dialog as soon as the page has nothing else to do: whoever presses I types on at once, so it must open in
 * the same moment, without the pause that `Suspense` makes.
 */
function useDialog(isWanted: boolean) {
  const { languages } = useRouteContext({ from: "__root__" });
  const [Dialog, setDialog] = useState<Dialog | null>(null);
  const load = useEffectEvent(async () => {
    const words = languages.need("invite");
    const { InviteDialog } = await import("./invite/invite-dialog.tsx");
    await words;
    setDialog(() => InviteDialog);
  });
  useEffect(() => {
    if (!isWanted) return;
    // A browser that can't say when it is idle gets it a moment after the page.
    const isIdle = globalThis.requestIdleCallback ?? ((run: () => void) => setTimeout(run, 300));
    const forget = globalThis.cancelIdleCallback ?? clearTimeout;
    const handle = isIdle(() => void load(), { timeout: 1000 });
    return () => forget(handle);
  }, [isWanted]);
  return { Dialog, preload: () => void load() };
}

/** Gives every page the invitation. */
export function InviteProvider({ children }: { readonly children: ReactNode }) {
  const { t } = useLingui();
  const canInvite = useCan("users:invite");
  const [addresses, setAddresses] = useState<string | null>(null);
  const { Dialog, preload } = useDialog(canInvite);
  const refresh = useRefresh();
  useShortcut({ keys: "i", label: t`Invite user` }, canInvite ? () => setAddresses("") : null);
  const preloadNow = useEffectEvent(preload);
  const value = useMemo<Inviting | null>(
    () => (canInvite ? { open: setAddresses, preload: () => preloadNow() } : null),
    [canInvite],
  );
  return (
    <InviteContext value={value}>
      {children}
      {addresses === null || Dialog === null ? null : (
        <Dialog
          address={addresses}
          onClose={() => {
            setAddresses(null);
            void refresh();
          }}
        />
      )}
    </InviteContext>
  );
}

/** Lists of invitations show the new ones. */
function useRefresh(): () => Promise<void> {
  const client = useQueryClient();
  const key = useApiKey();
  return async () => {
    await Promise.all([
      client.invalidateQueries({ queryKey: key("GET /organizations/:organizationId/invitations") }),
      client.invalidateQueries({ queryKey: key("GET /organizations/:organizationId/invitations/counts") }),
    ]);
  };
}

/** Opens the invitation for an address, which may be empty; null without the right to invite. */
export function useInvite(): ((addresses: string) => void) | null {
  return useContext(InviteContext)?.open ?? null;
}

/** A page's primary button; nothing without the right to invite. */
export function InviteButton() {
  const inviting = useContext(InviteContext);
  const { hasSingleKeys } = useShortcuts();
  if (inviting === null) return null;
  return (
    <Button
      variant="primary"
      icon={<PlusIcon />}
      onClick={() => inviting.open("")}
      onPointerEnter={inviting.preload}
      onFocus={inviting.preload}
      aria-haspopup="dialog"
      {...(hasSingleKeys ? { hint: "I", shortcut: "i" } : {})}
    >
      <Trans>Invite user</Trans>
    </Button>
  );
}
