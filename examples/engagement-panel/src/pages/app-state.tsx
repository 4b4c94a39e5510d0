/** Shared state of the pages: the user's access, the last status message, and the version of the data. */
import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { PermissionsProvider } from "./access.ts";
import { describeChange } from "./describe-change.ts";
import { type Access, type AccessWatcher, watchAccess } from "./watch-access.ts";

/** A message that is shown until the next one. */
export interface StatusMessage {
  readonly tone: "good" | "warn" | "bad";
  readonly text: string;
}

interface AppState extends Access {
  /** Increases when data changed on the server: lists fetch again. */
  readonly dataVersion: number;
  readonly statusMessage: StatusMessage | null;
  readonly setStatusMessage: (message: StatusMessage | null) => void;
  /** Checks again who is signed in. */
  readonly reconnect: () => void;
}

const context = createContext<AppState | null>(null);

/** Provides the state. */
export function AppStateProvider({ children }: { readonly children: ReactNode }) {
  const [access, setAccess] = useState<Access>({ phase: "opening", me: null, permissions: [] });
  const [dataVersion, setDataVersion] = useState(0);
  const [statusMessage, setStatusMessage] = useState<StatusMessage | null>(null);
  const watcher = useRef<AccessWatcher | null>(null);
  useEffect(() => {
    watcher.current = watchAccess({
      onAccess: (change) => setAccess((before) => ({ ...before, ...change })),
      onDataChanged: () => setDataVersion((count) => count + 1),
    });
    return () => watcher.current?.stop();
  }, []);
  useAccessChangeMessage(access, setStatusMessage);
  const reconnect = useCallback(() => watcher.current?.reconnect(), []);
  const state = useMemo(
    () => ({ ...access, dataVersion, statusMessage, setStatusMessage, reconnect }),
    [access, dataVersion, statusMessage, reconnect],
  );
  return (
    <context.Provider value={state}>
      <PermissionsProvider permissions={access.permissions}>{children}</PermissionsProvider>
    </context.Provider>
  );
}

/** Shows a message when the user's permissions change. */
function useAccessChangeMessage(
  { phase, me, permissions }: Access,
  setStatusMessage: (message: StatusMessage) => void,
): void {
  const last = useRef<{ readonly id: string; readonly permissions: readonly string[] } | null>(null);
  useEffect(() => {
    if (phase !== "live" || me === null) return;
    const before = last.current;
    last.current = { id: me.id, permissions };
    if (before?.id !== me.id) return;
    const text = describeChange(before.permissions, permissions);
    if (text !== null) setStatusMessage({ tone: "warn", text });
  }, [phase, me, permissions, setStatusMessage]);
}

/** The shared state. */
export function useApp(): AppState {
  const state = useContext(context);
  if (state === null) throw new Error("useApp needs an AppStateProvider around it.");
  return state;
}
