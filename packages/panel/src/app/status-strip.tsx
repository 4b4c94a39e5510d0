/** What has just happened: one line above the page, which stays until it is dismissed, replaced or left behind. */
import { useLocation } from "@tanstack/react-router";
import { createContext, type ReactNode, useCallback, useContext, useMemo, useState } from "react";
import { Strip } from "../ui/strip.tsx";
import { LinkButton } from "../ui/text.tsx";
import { focusPage } from "./navigation/use-focus-on-navigation.ts";

/** A way on from what is said. */
interface StatusAction {
  readonly label: string;
  readonly run: () => void;
}

/** Something to say, and perhaps a way to undo it. */
export interface StatusNote {
  readonly tone?: "good" | "warn" | "bad" | "busy";
  readonly text: ReactNode;
  readonly action?: StatusAction;
  /** A second way on. */
  readonly more?: StatusAction;
  /** How far something has come; a screen reader isn't told every step of it. */
  readonly progress?: ReactNode;
  /** It isn't about one page, so it stays when the reader goes to another. */
  readonly isEverywhere?: boolean;
}

interface Shown extends StatusNote {
  readonly pathname: string;
  readonly key: number;
}

interface StatusValue {
  readonly shown: Shown | null;
  readonly show: (note: StatusNote | null) => void;
}

const StatusContext = createContext<StatusValue | null>(null);

/** Keeps the line. */
export function StatusProvider({ children }: { readonly children: ReactNode }) {
  const [shown, setShown] = useState<Shown | null>(null);
  const show = useCallback((note: StatusNote | null) => {
    setShown((before) =>
      note === null ? null : { ...note, pathname: location.pathname, key: (before?.key ?? 0) + 1 },
    );
  }, []);
  const value = useMemo(() => ({ shown, show }), [shown, show]);
  return <StatusContext value={value}>{children}</StatusContext>;
}

/**
 * Says what happened, above the page. It goes when the reader leaves for another page; to say something on the page
 * that comes next, navigate first.
 *
 * @example const say = useStatus(); say({ text: t`${name} is suspended`, action: { label: t`Undo`, run: restore } });
 */
export function useStatus(): (note: StatusNote | null) => void {
  return useStatusValue().show;
}

/** The place of the line: a live region that is always there. */
export function StatusStrip() {
  const { shown, show } = useStatusValue();
  const pathname = useLocation({ select: (where) => where.pathname });
  const note = shown?.isEverywhere === true || shown?.pathname === pathname ? shown : null;
  // The pressed button goes with the line, so the focus moves first.
  const leave = (next: () => void) => {
    focusPage();
    next();
  };
  return (
    <div role="status">
      {note === null ? null : (
        <Strip
          key={note.key}
          {...(note.tone === undefined ? {} : { tone: note.tone })}
          progress={note.progress}
          onDismiss={() => leave(() => show(null))}
          action={[note.action, note.more].map((action) =>
            action === undefined ? null : (
              <LinkButton key={action.label} onClick={() => leave(action.run)}>
                {action.label}
              </LinkButton>
            ),
          )}
        >
          {note.text}
        </Strip>
      )}
    </div>
  );
}

function useStatusValue(): StatusValue {
  const value = useContext(StatusContext);
  if (value === null) throw new Error("useStatus needs the shell around it");
  return value;
}
