/** The invitation dialog for every page, with its shortcut and button. Loaded while the browser is idle. */
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
import { useProblemSentence } from "../../lib/api/problem-text.tsx";
import { useApiKey } from "../../lib/api/use-api.tsx";
import { loadModule } from "../../lib/load-module.ts";
import { useCan } from "../../lib/session/session.tsx";
import { useShortcut, useShortcuts } from "../../lib/shortcuts/shortcuts.tsx";
import { useStatusMessage } from "../../lib/status-message.tsx";
import { Button } from "../../ui/forms/button.tsx";
import { PlusIcon } from "../../ui/icons.tsx";

interface InviteValue {
  /** Opens the dialog, with addresses if there are any. */
  readonly open: (addresses: string) => void;
  readonly preload: () => void;
}

const InviteContext = createContext<InviteValue | null>(null);

type Dialog = typeof import("./compose/invite-dialog.tsx").InviteDialog;

/**
 * Loads the dialog while the browser is idle: users type immediately after pressing I, so it must open without the delay
 * of `Suspense`. A failure then, for example without a connection, has no effect: `load` tries again.
 */
function useDialog(isWanted: boolean) {
  const { languages } = useRouteContext({ from: "__root__" });
  const [Dialog, setDialog] = useState<Dialog | null>(null);
  const load = async () => {
    const [{ InviteDialog }] = await Promise.all([
      loadModule(() => import("./compose/invite-dialog.tsx")),
      languages.need("invite"),
      languages.need("words"),
    ]);
    setDialog(() => InviteDialog);
  };
  const preload = () => void load().catch(() => undefined);
  const preloadNow = useEffectEvent(preload);
  useEffect(() => {
    if (!isWanted) return;
    // Safari has no requestIdleCallback.
    const scheduleIdle = globalThis.requestIdleCallback ?? ((run: () => void) => setTimeout(run, 300));
    const cancelIdle = globalThis.cancelIdleCallback ?? clearTimeout;
    const handle = scheduleIdle(() => preloadNow(), { timeout: 1000 });
    return () => cancelIdle(handle);
  }, [isWanted]);
  return { Dialog, load, preload };
}

/** Provides the dialog. */
export function InviteProvider({ children }: { readonly children: ReactNode }) {
  const { t } = useLingui();
  const canInvite = useCan("users:invite");
  const [addresses, setAddresses] = useState<string | null>(null);
  const { Dialog, load, preload } = useDialog(canInvite);
  const showStatus = useStatusMessage();
  const problemSentence = useProblemSentence();
  const refresh = useRefresh();
  useShortcut({ keys: "i", label: t`Invite user` }, canInvite ? () => setAddresses("") : null);
  const preloadNow = useEffectEvent(preload);
  const loadOpened = useEffectEvent(() =>
    load().catch((error: unknown) => {
      showStatus({ tone: "bad", text: problemSentence(error) });
      setAddresses(null);
    }),
  );
  const isWaiting = addresses !== null && Dialog === null;
  useEffect(() => {
    if (isWaiting) void loadOpened();
  }, [isWaiting]);
  const value = useMemo<InviteValue | null>(
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

/** Refetches the lists of invitations. */
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

/** Opens the dialog with addresses, which may be empty; null without the permission to invite. */
export function useInvite(): ((addresses: string) => void) | null {
  return useContext(InviteContext)?.open ?? null;
}

/** The primary button of a page; not rendered without the permission to invite. */
export function InviteButton() {
  const invite = useContext(InviteContext);
  const { hasSingleKeys } = useShortcuts();
  if (invite === null) return null;
  return (
    <Button
      variant="primary"
      icon={<PlusIcon />}
      onClick={() => invite.open("")}
      onPointerEnter={invite.preload}
      onFocus={invite.preload}
      aria-haspopup="dialog"
      {...(hasSingleKeys ? { hint: "I", shortcut: "i" } : {})}
    >
      <Trans>Invite user</Trans>
    </Button>
  );
}
