/** A status message above the page. It stays until it is dismissed, replaced, or the user opens another page. */

import { useLingui } from "@lingui/react/macro";
import { useLocation } from "@tanstack/react-router";
import { createContext, type ReactNode, useCallback, useContext, useMemo, useState } from "react";
import { classNames } from "../ui/class-names.ts";
import { IconButton } from "../ui/forms/button.tsx";
import { CloseIcon, DoneIcon, WaitingIcon, WarningIcon } from "../ui/icons.tsx";
import { LinkButton } from "../ui/text.tsx";
import { basePath } from "./base-path.ts";
import { focusPage } from "./navigation/page-change.ts";
import styles from "./status-message.module.css";

/** A button in the message. */
interface StatusAction {
  readonly label: string;
  readonly run: () => void;
}

/** A message with up to two actions. */
export interface StatusContent {
  readonly tone?: "good" | "warn" | "bad" | "busy";
  readonly text: ReactNode;
  readonly action?: StatusAction;
  /** A second action. */
  readonly more?: StatusAction;
  /** Progress, not announced by screen readers. */
  readonly progress?: ReactNode;
  /** Stays when the user opens another page. */
  readonly isGlobal?: boolean;
}

interface Shown extends StatusContent {
  readonly pathname: string;
  readonly key: number;
}

interface StatusValue {
  readonly shown: Shown | null;
  readonly show: (content: StatusContent | null) => void;
}

const StatusContext = createContext<StatusValue | null>(null);

/** Provides the message. */
export function StatusMessageProvider({ children }: { readonly children: ReactNode }) {
  const [shown, setShown] = useState<Shown | null>(null);
  const show = useCallback((content: StatusContent | null) => {
    setShown((before) =>
      content === null ? null : { ...content, pathname: location.pathname, key: (before?.key ?? 0) + 1 },
    );
  }, []);
  const value = useMemo(() => ({ shown, show }), [shown, show]);
  return <StatusContext value={value}>{children}</StatusContext>;
}

/**
 * Shows a message above the current page. To show it on another page, navigate first.
 *
 * @example const showStatus = useStatusMessage(); showStatus({ text: t`${name} is suspended`, action: { label: t`Undo`, run: restore } });
 */
export function useStatusMessage(): (content: StatusContent | null) => void {
  return useStatusValue().show;
}

/** Renders the message in a live region that is always mounted. */
export function StatusMessage() {
  const { shown, show } = useStatusValue();
  const pathname = useLocation({ select: (where) => basePath + where.pathname });
  const content = shown?.isGlobal === true || shown?.pathname === pathname ? shown : null;
  // The pressed button is removed with the message, so the focus moves first.
  const run = (next: () => void) => {
    focusPage();
    next();
  };
  return (
    <div role="status">
      {content === null ? null : (
        <StatusBar
          key={content.key}
          {...(content.tone === undefined ? {} : { tone: content.tone })}
          progress={content.progress}
          onDismiss={() => run(() => show(null))}
          action={[content.action, content.more].map((action) =>
            action === undefined ? null : (
              <LinkButton key={action.label} onClick={() => run(action.run)}>
                {action.label}
              </LinkButton>
            ),
          )}
        >
          {content.text}
        </StatusBar>
      )}
    </div>
  );
}

function useStatusValue(): StatusValue {
  const value = useContext(StatusContext);
  if (value === null) throw new Error("useStatusMessage needs a StatusMessageProvider");
  return value;
}

interface StatusBarProps {
  /** `busy` while an operation is running. */
  readonly tone?: "good" | "warn" | "bad" | "busy";
  readonly children: ReactNode;
  /** Progress, not announced by screen readers. */
  readonly progress?: ReactNode;
  /** `LinkButton`s such as "Undo". */
  readonly action?: ReactNode;
  readonly onDismiss?: () => void;
}

/** One line with icon, text and actions. */
function StatusBar({ tone = "good", children, progress, action, onDismiss }: StatusBarProps) {
  const { t } = useLingui();
  return (
    <div className={classNames(styles["bar"], tone !== "good" && styles[tone])}>
      {tone === "good" ? <DoneIcon /> : tone === "busy" ? <WaitingIcon /> : <WarningIcon />}
      <div className={styles["text"]}>
        <span>{children}</span>
        {progress === undefined ? null : <div aria-live="off">{progress}</div>}
      </div>
      <span className={styles["actions"]}>
        {action}
        {onDismiss === undefined ? null : (
          <IconButton label={t`Dismiss`} onClick={onDismiss}>
            <CloseIcon />
          </IconButton>
        )}
      </span>
    </div>
  );
}
