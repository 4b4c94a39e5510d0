/** Texts for API problems. Those of features are added with the pages behind sign-in, so that the sign-in page stays small. */
import type { ProblemCode } from "@gatehouse/sdk/contract";
import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";

/** What went wrong, and what to do next. */
type TitleAndText = readonly [title: MessageDescriptor, text: MessageDescriptor];

/** Problems without a response of the API. */
type PanelCode = "network/unreachable" | "panel/not-loaded" | "panel/updated";

/** Texts by problem code. */
export type ProblemTexts = Readonly<Partial<Record<ProblemCode | PanelCode, TitleAndText>>>;

/** The problems of every page. */
const texts = new Map<string, TitleAndText>(
  Object.entries<TitleAndText>({
    "network/unreachable": [
      msg`Gatehouse can’t be reached`,
      msg`Check your connection and try again. Nothing that you wrote is lost.`,
    ],
    "panel/updated": [msg`Gatehouse was updated`, msg`Reload the page to continue with the new version.`],
    "panel/not-loaded": [
      msg`This part of the panel could not be loaded`,
      msg`Try again. If it happens again, reload the page.`,
    ],
    unavailable: [msg`Not available at the moment`, msg`This usually lasts a few seconds. Try again.`],
    busy: [msg`The server is busy`, msg`Wait a few seconds and try again.`],
    "organizations/too-many-requests": [msg`The server is busy`, msg`Wait a few seconds and try again.`],
    "auth/wrong-credentials": [msg`E-mail or password is wrong`, msg`Check both and try again.`],
    "auth/required": [msg`Your session has ended`, msg`Sign in again to continue.`],
    "auth/suspended": [msg`Your access is suspended`, msg`Ask an access manager in your organization.`],
    "sessions/suspended": [msg`Your access is suspended`, msg`Ask an access manager in your organization.`],
    "not-found": [msg`Not found`, msg`It may have been removed, or it belongs to another organization.`],
    "request/cursor": [msg`This part of the list has changed`, msg`Go back to the first page of the list.`],
    "conflict/concurrent": [msg`Someone else changed this at the same time`, msg`Try again.`],
    "precondition/failed": [msg`Someone else saved first`, msg`Review what changed, then save again.`],
    "passwords/too-short": [
      msg`The password is too short`,
      msg`Use 12 characters or more; a sentence works well.`,
    ],
    "passwords/too-common": [
      msg`This password is easy to guess`,
      msg`Use something longer, without your name or a well-known phrase.`,
    ],
    "email/invalid": [msg`This is not an e-mail address`, msg`Write it like name@company.com.`],
    "request/too-large": [msg`The request is too large`, msg`Shorten it and try again.`],
    "request/invalid": [msg`Something needs correcting`, msg`Check what you wrote and try again.`],
  } satisfies ProblemTexts),
);

/** Adds the texts of a feature. */
export function addProblemTexts(more: ProblemTexts): void {
  for (const [code, text] of Object.entries(more)) texts.set(code, text);
}

/** The text for a code; undefined if there is none. */
export function getProblemText(code: string): TitleAndText | undefined {
  return texts.get(code);
}
