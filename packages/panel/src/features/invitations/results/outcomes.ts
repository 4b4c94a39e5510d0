/** Results of an invitation request, by address. Pure. */
import {
  type EmailFault,
  type InvitationView,
  parseEmail,
  type SendInvitationsResult,
} from "@gatehouse/sdk/contract";
import type { I18n } from "@lingui/core";
import { msg, plural } from "@lingui/core/macro";
import type { Address } from "../compose/address-list.ts";

/** Why an address was not invited. */
export type Rejection =
  | { readonly is: "wrong"; readonly fault: EmailFault }
  | { readonly is: "already-user"; readonly userId?: string | undefined }
  | { readonly is: "refused"; readonly code: string; readonly detail: string };

/** A row of the results: an invitation, or a rejection. */
export interface Row {
  readonly key: number;
  readonly text: string;
  readonly name?: string;
  readonly state: { readonly is: "invited"; readonly invitation: InvitationView } | Rejection;
}

type Result = SendInvitationsResult["results"][number];

/** Rows in the order of the request, then the invalid addresses. */
export function toRows(
  sent: ReadonlyArray<Pick<Address, "text" | "name">>,
  results: readonly Result[],
  wrong: readonly Address[],
): readonly Row[] {
  const answered = sent.flatMap(({ text, name }, index) => {
    const result = results[index];
    if (result === undefined) return [];
    return [{ text, ...(name === undefined ? {} : { name }), state: toRowState(result) }];
  });
  const open = wrong.map(({ text, name }) => ({
    text,
    ...(name === undefined ? {} : { name }),
    state: toInvalidState(text),
  }));
  return [...answered, ...open].map((row, index) => ({ ...row, key: index }));
}

/** Converts the result of one address. */
export function toRowState(result: Result): Row["state"] {
  if (result.invitation !== undefined) return { is: "invited", invitation: result.invitation };
  if (result.status === "already-user") return { is: "already-user", userId: result.userId };
  return { is: "refused", code: result.code ?? "internal", detail: result.detail ?? "" };
}

/** The state of an invalid address. */
export function toInvalidState(text: string): Rejection {
  const read = parseEmail(text);
  if (read.ok) return { is: "refused", code: "email/invalid", detail: "" };
  return { is: "wrong", fault: text.includes("@") ? read.fault : "no-at" };
}

/** Replaces invitations with newer versions. */
export function mergeInvitations(rows: readonly Row[], updates: readonly InvitationView[]): readonly Row[] {
  const byId = new Map(updates.map((invitation) => [invitation.id, invitation]));
  return rows.map((row) => {
    const fresh = row.state.is === "invited" ? byId.get(row.state.invitation.id) : undefined;
    return fresh === undefined ? row : { ...row, state: { is: "invited", invitation: fresh } };
  });
}

/** The heading. It says "sent" only for emails that the mail server has accepted. */
export function formatResultTitle(rows: readonly Row[], i18n: I18n): string {
  const { made, sent, notMailed } = count(rows);
  if (made === 0) return i18n._(msg`Nobody was invited`);
  if (notMailed === made)
    return i18n._(msg`${plural(made, { one: "# invitation created", other: "# invitations created" })}`);
  if (sent === made)
    return i18n._(msg`${plural(made, { one: "# invitation sent", other: "# invitations sent" })}`);
  const taken = i18n.number(sent);
  return i18n._(
    msg`${plural(made, { one: `${taken} of # invitation sent`, other: `${taken} of # invitations sent` })}`,
  );
}

/** Summary sentences with the number of each result. */
export function formatResultSentences(rows: readonly Row[], i18n: I18n): readonly string[] {
  const { made, sent, waiting, failed, notMailed, without } = count(rows);
  const say = (number: number, sentence: () => string) => (number === 0 ? [] : [sentence()]);
  return [
    ...say(sent, () =>
      i18n._(
        msg`${plural(sent, {
          one: "# invitation was delivered to the mail server.",
          other: "# invitations were delivered to the mail server.",
        })}`,
      ),
    ),
    ...say(waiting, () => i18n._(msg`${plural(waiting, { one: "# is waiting.", other: "# are waiting." })}`)),
    ...say(failed, () =>
      i18n._(msg`${plural(failed, { one: "# was not sent.", other: "# were not sent." })}`),
    ),
    ...say(notMailed, () =>
      i18n._(
        msg`${plural(notMailed, {
          one: "No mail server is set up: copy the link and share it.",
          other: "No mail server is set up: copy the links and share them.",
        })}`,
      ),
    ),
    ...say(without, () =>
      i18n._(
        msg`${plural(without, { one: "# address got no invitation.", other: "# addresses got no invitation." })}`,
      ),
    ),
    ...say(made - notMailed - sent, () =>
      i18n._(msg`Every invitation can already be accepted with its link.`),
    ),
  ];
}

function count(rows: readonly Row[]) {
  const deliveries = listInvitations(rows).map(({ delivery }) => delivery);
  const of = (status: InvitationView["delivery"]) =>
    deliveries.filter((delivery) => delivery === status).length;
  return {
    made: deliveries.length,
    sent: of("sent"),
    waiting: of("queued"),
    failed: of("failed"),
    notMailed: of("not-configured"),
    without: rows.length - deliveries.length,
  };
}

/** The created invitations. */
export function listInvitations(rows: readonly Row[]): readonly InvitationView[] {
  return rows.flatMap(({ state }) => (state.is === "invited" ? [state.invitation] : []));
}
