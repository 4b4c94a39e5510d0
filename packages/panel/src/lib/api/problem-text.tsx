/** Localized texts for API problems, and the error state of a page or list. */
import type { I18n } from "@lingui/core";
import { msg, plural } from "@lingui/core/macro";
import { useLingui } from "@lingui/react";
import { Trans } from "@lingui/react/macro";
import { useEffect, useEffectEvent, useLayoutEffect, useRef, useState } from "react";
import { ErrorState } from "../../ui/feedback/empty-states.tsx";
import { InlineNotice } from "../../ui/feedback/inline-notice.tsx";
import { Button } from "../../ui/forms/button.tsx";
import { focusPage } from "../navigation/page-change.ts";
import { getProblemText } from "./problem-texts.ts";
import { ApiProblem } from "./request.ts";

/** A localized problem. */
export interface ProblemText {
  readonly title: string;
  /** What to do next. */
  readonly text: string;
}

/** Localizes problems. Names a missing permission; an unknown code keeps the server's text. */
export function useProblemText(): (error: unknown) => ProblemText {
  const { i18n } = useLingui();
  return (error) => problemText(error, i18n);
}

/** The same as one line: what went wrong, and what to do next. */
export function useProblemSentence(): (error: unknown) => string {
  const problemText = useProblemText();
  return (error) => {
    const { title, text } = problemText(error);
    return `${title}. ${text}`;
  };
}

/** Localizes a problem in the given language. */
export function problemText(error: unknown, i18n: I18n): ProblemText {
  if (!(error instanceof ApiProblem)) return unexpectedErrorText(i18n);
  if (error.code === "throttled") return throttledText(error.retryAfter, i18n);
  if (error.code === "forbidden/origin") return foreignOriginText(error, i18n);
  if (error.code === "forbidden/permission") return missingPermissionText(error, i18n);
  const known = getProblemText(error.code);
  if (known !== undefined) return { title: i18n._(known[0]), text: i18n._(known[1]) };
  // The server's texts are English.
  if (error.detail === "" || i18n.locale !== "en") return unexpectedErrorText(i18n);
  return { title: i18n._(msg`That didn’t work`), text: error.detail };
}

function unexpectedErrorText(i18n: I18n): ProblemText {
  return {
    title: i18n._(msg`Something went wrong`),
    text: i18n._(msg`Try again. If it happens again, contact your administrator.`),
  };
}

function throttledText(retryAfter: number | null, i18n: I18n): ProblemText {
  const minutes = Math.max(1, Math.ceil((retryAfter ?? 60) / 60));
  return {
    title: i18n._(msg`Too many attempts`),
    text: i18n._(
      msg`${plural(minutes, { one: "Try again in a minute.", other: "Try again in # minutes." })}`,
    ),
  };
}

function foreignOriginText(error: ApiProblem, i18n: I18n): ProblemText {
  const { origin, publicUrl } = error.params;
  const title = i18n._(msg`This is not the panel’s address`);
  if (typeof publicUrl !== "string")
    return { title, text: i18n._(msg`Open the panel at the address that PUBLIC_URL has on the server.`) };
  return {
    title,
    text:
      typeof origin === "string"
        ? i18n._(
            msg`Open ${publicUrl} instead. If ${origin} is right, ask the administrator of the server to set PUBLIC_URL=${origin}.`,
          )
        : i18n._(msg`Open ${publicUrl} instead: that is PUBLIC_URL on the server.`),
  };
}

function missingPermissionText(error: ApiProblem, i18n: I18n): ProblemText {
  const name = [error.params["label"], error.params["permission"]].find((word) => typeof word === "string");
  return {
    title: i18n._(msg`You don’t have permission for this`),
    text:
      name === undefined
        ? i18n._(msg`Ask an access manager in your organization.`)
        : i18n._(msg`You need the permission “${name}”. Ask an access manager in your organization.`),
  };
}

/** Localizes the error of one item of a bulk operation, as a sentence. */
export function useItemErrorText(): (failure: {
  readonly code?: string | undefined;
  readonly detail?: string | undefined;
}) => string {
  const { i18n } = useLingui();
  return ({ code = "internal", detail = "" }) => {
    const known = getProblemText(code);
    if (known !== undefined) return `${i18n._(known[0])}. ${i18n._(known[1])}`;
    return detail !== "" && i18n.locale === "en" ? detail : unexpectedErrorText(i18n).title;
  };
}

/** Localizes the error of one field. The server's texts are English, so other languages get a general sentence. */
export function useFieldErrorText(): (code: string, detail: string) => string {
  const { i18n } = useLingui();
  return (code, detail) => {
    const known = code === "request/invalid" ? undefined : getProblemText(code);
    if (known === undefined) return i18n.locale === "en" && detail !== "" ? detail : i18n._(invalidValue);
    return code === "email/invalid" ? `${i18n._(known[0])}. ${i18n._(known[1])}` : i18n._(known[1]);
  };
}

const invalidValue = msg`Shorten it, and remove invisible or special characters.`;

interface ProblemNoticeProps {
  readonly error: unknown;
  /** Fields that show their own errors: an error of these alone isn't repeated. */
  readonly fields?: readonly string[];
}

/** The error of a form or dialog whose last request failed; nothing for null. */
export function ProblemNotice({ error, fields = [] }: ProblemNoticeProps) {
  const problemSentence = useProblemSentence();
  if (error === null || error === undefined) return null;
  const atFields = error instanceof ApiProblem ? error.errors : [];
  if (atFields.length > 0 && atFields.every(({ path }) => fields.includes(path))) return null;
  return (
    <div role="alert">
      <InlineNotice tone="bad">{problemSentence(error)}</InlineNotice>
    </div>
  );
}

interface ProblemStateProps {
  readonly error: unknown;
  /** May return a promise: until it settles, the button shows that it is running. */
  readonly onRetry?: () => unknown;
  /** Replaces a whole page. */
  readonly isPage?: boolean;
}

/** Error state of a page or list: the reason, a retry button, the request id. A 403 names the missing permission. */
export function ProblemState({ error, onRetry, isPage = false }: ProblemStateProps) {
  const { title, text } = useProblemText()(error);
  const { isRunning, retry } = useRetry(error, onRetry);
  const region = useFocusAfterRetry();
  const isFinal = error instanceof ApiProblem && (error.status === 403 || error.status === 404);
  return (
    <ErrorState
      ref={region}
      title={title}
      isPage={isPage}
      requestId={error instanceof ApiProblem ? error.requestId : ""}
      actions={
        onRetry === undefined || isFinal ? undefined : (
          <Button pending={isRunning} onClick={() => void retry()}>
            {error instanceof ApiProblem && error.code.startsWith("panel/") ? (
              <Trans>Reload the page</Trans>
            ) : (
              <Trans>Try again</Trans>
            )}
          </Button>
        )
      }
    >
      {text}
    </ErrorState>
  );
}

const retryIntervalMs = 5_000;

/** Retries on request, and by itself while the server can't be reached, so that the page recovers without the user. */
function useRetry(error: unknown, onRetry: ProblemStateProps["onRetry"]) {
  const [isRunning, setRunning] = useState(false);
  async function retry() {
    if (isRunning) return;
    setRunning(true);
    try {
      await onRetry?.();
    } finally {
      setRunning(false);
    }
  }
  const retryQuietly = useEffectEvent(() => void onRetry?.());
  const isTemporary = error instanceof ApiProblem && (error.status === 0 || error.status === 503);
  useEffect(() => {
    if (!isTemporary) return;
    const run = () => retryQuietly();
    const timer = setInterval(run, retryIntervalMs);
    addEventListener("online", run);
    return () => {
      clearInterval(timer);
      removeEventListener("online", run);
    };
  }, [isTemporary]);
  return { isRunning, retry };
}

/** Moves the focus to the heading of the page when a retry has replaced the error that had the focus. */
function useFocusAfterRetry() {
  const region = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    const element = region.current;
    return () => {
      if (element?.contains(document.activeElement) !== true) return;
      // After the new content, which may take the focus itself, as dialogs do.
      queueMicrotask(() => (document.activeElement === document.body ? focusPage() : undefined));
    };
  }, []);
  return region;
}
