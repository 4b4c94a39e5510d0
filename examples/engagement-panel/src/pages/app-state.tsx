/** What every part of the page may need: who is there, what happened last, where we are. */
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
import { type Access, type Following, followAccess } from "./follow-access.ts";

/** A sentence that stays until the next one. */
export interface Note {
  readonly tone: "good" | "warn" | "bad";
  readonly text: string;
}

interface AppState extends Access {
  /** Counts what happened elsewhere: whoever shows rows looks again. */
  readonly news: number;
  readonly note: Note | null;
  readonly say: (note: Note | null) => void;
  /** Finds out anew who is signed in. */
  readonly recheck: () => void;
}

const context = createContext<AppState | null>(null);

/** Around the page. */
export function AppStateProvider({ children }: { readonly children: ReactNode }) {
  const [access, setAccess] = useState<Access>({ phase: "opening", me: null, permissions: [] });
  const [news, setNews] = useState(0);
  const [note, setNote] = useState<Note | null>(null);
  const following = useRef<Following | null>(null);
  useEffect(() => {
    following.current = followAccess({
      onAccess: (change) => setAccess((before) => ({ ...before, ...change })),
      onNews: () => setNews((count) => count + 1),
    });
    return () => following.current?.stop();
  }, []);
  useAccessNews(access, setNote);
  const recheck = useCallback(() => following.current?.recheck(), []);
  const state = useMemo(
    () => ({ ...access, news, note, say: setNote, recheck }),
    [access, news, note, recheck],
  );
  return (
    <context.Provider value={state}>
      <PermissionsProvider permissions={access.permissions}>{children}</PermissionsProvider>
    </context.Provider>
  );
}

/** Says in words what somebody gained or lost while they look on. */
function useAccessNews({ phase, me, permissions }: Access, say: (note: Note) => void): void {
  const last = useRef<{ readonly id: string; readonly permissions: readonly string[] } | null>(null);
  useEffect(() => {
    if (phase !== "live" || me === null) return;
    const before = last.current;
    last.current = { id: me.id, permissions };
    if (before?.id !== me.id) return;
    const text = describeChange(before.permissions, permissions);
    if (text !== null) say({ tone: "warn", text });
  }, [phase, me, permissions, say]);
}

/** What every part of the page may need. */
export function useApp(): AppState {
  const state = useContext(context);
  if (state === null) throw new Error("useApp needs an AppStateProvider around it.");
  return state;
}
