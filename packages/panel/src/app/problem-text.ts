/** What a problem is called and what to do about it, in the reader's language. */
import type { ProblemCode } from "@gatehouse/sdk/contract";
import type { I18n, MessageDescriptor } from "@lingui/core";
import { msg, plural } from "@lingui/core/macro";
import { useLingui } from "@lingui/react";
import { ApiProblem } from "./api/problem.ts";

/** A problem in words. */
export interface ProblemText {
  readonly title: string;
  /** What to do next. */
  readonly text: string;
}

type Words = readonly [title: MessageDescriptor, text: MessageDescriptor];

const words: Partial<Record<ProblemCode | "network/unreachable", Words>> = {
  "network/unreachable": [
    msg`Gatehouse can’t be reached`,
    msg`Check your connection and try again. Nothing that you wrote is lost.`,
  ],
  unavailable: [msg`Not available at the moment`, msg`This usually lasts a few seconds. Try again.`],
  busy: [msg`Too much at once`, msg`Wait a few seconds and try again.`],
  "auth/wrong-credentials": [msg`E-mail or password is wrong`, msg`Check both and try again.`],
  "auth/required": [msg`Your session has ended`, msg`Sign in again to go on.`],
  "auth/suspended": [msg`Your access is suspended`, msg`Ask whoever manages access in your organization.`],
  "sessions/suspended": [
    msg`Your access is suspended`,
    msg`Ask whoever manages access in your organization.`,
  ],
  "forbidden/grant-ceiling": [
    msg`That is more than you hold yourself`,
    msg`You can give and take only what you hold. Ask somebody who holds more.`,
  ],
  "forbidden/own-roles": [msg`You can’t change your own roles`, msg`Ask another access manager to do it.`],
  "forbidden/owner-only": [msg`Only an owner can do this`, msg`Ask an owner of your organization.`],
  "api-keys/shown-once": [
    msg`The key was created, but it can’t be shown again`,
    msg`Revoke it in the list, then create another one.`,
  ],
  "forbidden/origin": [msg`This address is not the panel’s own`, msg`Open the panel at its usual address.`],
  "forbidden/system-role": [
    msg`Built-in roles can’t be changed`,
    msg`Duplicate the role and change the copy.`,
  ],
  "not-found": [msg`Not found`, msg`It may have been removed, or it belongs to another organization.`],
  "users/last-owner": [msg`An organization needs an active owner`, msg`Make somebody else an owner first.`],
  "roles/unknown": [msg`A role no longer exists`, msg`Reload the page to see the roles that exist.`],
  "roles/in-use": [msg`Somebody holds this role`, msg`Choose the role that takes its place, then delete it.`],
  "roles/name-taken": [
    msg`A role with this name exists already`,
    msg`Choose another name; case and accents make no difference.`,
  ],
  "request/cursor": [msg`This part of the list has moved`, msg`Go back to the first page of the list.`],
  "users/role-gone": [msg`A role no longer exists`, msg`Reload the page to see the roles that exist.`],
  "user-jobs/set-changed": [
    msg`Not as many users match as before`,
    msg`Nothing was started. Look at the number above, then go on.`,
  ],
  "user-jobs/too-many": [
    msg`That is too many users at once`,
    msg`Narrow the search to 100,000 users or fewer.`,
  ],
  "user-jobs/finished": [msg`It has ended already`, msg`Its results tell what became of each user.`],
  "user-jobs/starter-lost-access": [
    msg`Whoever started this may no longer do it`,
    msg`Somebody who may has to start it again.`,
  ],
  "conflict/concurrent": [msg`Somebody else changed this at the same moment`, msg`Try again.`],
  "precondition/failed": [msg`Somebody else saved first`, msg`Look at what changed, then save again.`],
  "invitations/already-user": [msg`Already a user`, msg`This address belongs to a user of the organization.`],
  "invitations/role-gone": [msg`A role of this invitation no longer exists`, msg`Ask for a new invitation.`],
  "invitations/inviter-lost-access": [
    msg`The inviter can no longer give these roles`,
    msg`Ask for a new invitation from somebody who can.`,
  ],
  "invitations/domain-not-allowed": [
    msg`This address can’t be invited`,
    msg`The settings allow only addresses of certain domains. Use another address, or change the settings.`,
  ],
  "invitations/not-pending": [
    msg`The invitation is no longer pending`,
    msg`Reload to see what became of it.`,
  ],
  "passwords/wrong": [msg`That is not your current password`, msg`Check it and try again.`],
  "passwords/unchanged": [msg`That is the password that you have`, msg`Choose another one.`],
  "invitations/already-pending": [
    msg`The address has a newer invitation`,
    msg`Look for it among the pending ones.`,
  ],
  "invitations/not-restorable": [
    msg`The revocation can’t be taken back any more`,
    msg`Invite the address again; that makes a new link.`,
  ],
  "invitations/too-many-mails": [
    msg`This address got 10 e-mails within a day`,
    msg`Copy the link and send it yourself, or try again tomorrow.`,
  ],
  "passwords/too-short": [
    msg`The password is too short`,
    msg`Use 12 characters or more; a sentence works well.`,
  ],
  "passwords/too-common": [
    msg`This password is easy to guess`,
    msg`Use something longer, without your name or a well-known phrase.`,
  ],
  "email/invalid": [msg`This is not an e-mail address`, msg`Write it like name@company.com.`],
  "request/too-large": [msg`That is too much at once`, msg`Shorten it and try again.`],
  "request/invalid": [msg`Something needs correcting`, msg`Check what you wrote and try again.`],
};

/** Puts problems into words. The permission that is missing is named; unknown codes keep the server's words. */
export function useProblemText(): (error: unknown) => ProblemText {
  const { i18n } = useLingui();
  return (error) => problemText(error, i18n);
}

/** The same for a given language. */
export function problemText(error: unknown, i18n: I18n): ProblemText {
  if (!(error instanceof ApiProblem)) return unexpected(i18n);
  if (error.code === "throttled") return throttled(error.retryAfter, i18n);
  if (error.code === "forbidden/permission") return missingPermission(error, i18n);
  const known = words[error.code as ProblemCode];
  if (known !== undefined) return { title: i18n._(known[0]), text: i18n._(known[1]) };
  // The server's own words are English.
  if (error.detail === "" || i18n.locale !== "en") return unexpected(i18n);
  return { title: i18n._(msg`That didn’t work`), text: error.detail };
}

function unexpected(i18n: I18n): ProblemText {
  return {
    title: i18n._(msg`Something went wrong`),
    text: i18n._(msg`Try again. If it happens again, tell whoever runs Gatehouse.`),
  };
}

function throttled(retryAfter: number | null, i18n: I18n): ProblemText {
  const minutes = Math.max(1, Math.ceil((retryAfter ?? 60) / 60));
  return {
    title: i18n._(msg`Too many tries`),
    text: i18n._(
      msg`${plural(minutes, { one: "Try again in a minute.", other: "Try again in # minutes." })}`,
    ),
  };
}

function missingPermission(error: ApiProblem, i18n: I18n): ProblemText {
  const name = [error.params["label"], error.params["permission"]].find((word) => typeof word === "string");
  return {
    title: i18n._(msg`You don’t hold the permission for this`),
    text:
      name === undefined
        ? i18n._(msg`Ask whoever manages access in your organization.`)
        : i18n._(msg`It needs “${name}”. Ask whoever manages access in your organization.`),
  };
}

/** Why one of several things was refused, as a sentence. */
export function useRefusalText(): (refusal: {
  readonly code?: string | undefined;
  readonly detail?: string | undefined;
}) => string {
  const { i18n } = useLingui();
  return ({ code = "internal", detail = "" }) => {
    const known = words[code as ProblemCode];
    if (known !== undefined) return `${i18n._(known[0])}. ${i18n._(known[1])}`;
    return detail !== "" && i18n.locale === "en" ? detail : unexpected(i18n).title;
  };
}

/** Words for what is wrong with one field. The server's own are English, so other readers get a general sentence. */
export function useFieldText(): (code: string, detail: string) => string {
  const { i18n } = useLingui();
  return (code, detail) => {
    const known = code === "request/invalid" ? undefined : words[code as ProblemCode];
    if (known === undefined) return i18n.locale === "en" && detail !== "" ? detail : i18n._(unfit);
    return code === "email/invalid" ? `${i18n._(known[0])}. ${i18n._(known[1])}` : i18n._(known[1]);
  };
}

const unfit = msg`This can’t be used as it is: shorten it, and remove invisible or special characters.`;
