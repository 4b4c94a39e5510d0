/** What became of each address of an invitation. Pure. */
import {
  type EmailFault,
  type InvitationView,
  parseEmail,
  type SendInvitationsResult,
} from "@gatehouse/sdk/contract";
import type { I18n } from "@lingui/core";
import { msg, plural } from "@lingui/core/macro";
import type { Address } from "./address-list.ts";

/** Why an address has no invitation. */
export type Refused =
  | { readonly is: "wrong"; readonly fault: EmailFault }
  | { readonly is: "already-user" }
  | { readonly is: "refused"; readonly code: string; readonly detail: string };

/** One line of the results: an invitation, or the reason why there is none. */
export interface Row {
  readonly key: number;
  readonly text: string;
  readonly name?: string;
  readonly state: { readonly is: "invited"; readonly invitation: InvitationView } | Refused;
}

type Result = SendInvitationsResult["results"][number];

/** Lines for what was sent, in the order of the chips; addresses that were no address come last, to be corrected. */
export function rowsFor(
  sent: ReadonlyArray<Pick<Address, "text" | "name">>,
  results: readonly Result[],
  wrong: readonly Address[],
): readonly Row[] {
  const answered = sent.flatMap(({ text, name }, index) => {
    const result = results[index];
    if (result === undefined) return [];
    return [{ text, ...(name === undefined ? {} : { name }), state: stateOf(result) }];
  });
  const open = wrong.map(({ text, name }) => ({
    text,
    ...(name === undefined ? {} : { name }),
    state: wrongState(text),
  }));
  return [...answered, ...open].map((row, index) => ({ ...row, key: index }));
}

/** What the server answered for one address. */
export function stateOf(result: Result): Row["state"] {
  if (result.invitation !== undefined) return { is: "invited", invitation: result.invitation };
  if (result.status === "already-user") return { is: "already-user" };
  return { is: "refused", code: result.code ?? "internal", detail: result.detail ?? "" };
}

/** The state of a text that is no address. */
export function wrongState(text: string): Refused {
  const read = parseEmail(text);
  if (read.ok) return { is: "refused", code: "email/invalid", detail: "" };
  return { is: "wrong", fault: text.includes("@") ? read.fault : "no-at" };
}

/** The rows with newer news of some invitations. */
export function withNews(rows: readonly Row[], news: readonly InvitationView[]): readonly Row[] {
  const byId = new Map(news.map((invitation) => [invitation.id, invitation]));
  return rows.map((row) => {
    const fresh = row.state.is === "invited" ? byId.get(row.state.invitation.id) : undefined;
    return fresh === undefined ? row : { ...row, state: { is: "invited", invitation: fresh } };
  });
}

/** The heading: never "sent" before the mail server took it. */
export function resultTitle(rows: readonly Row[], i18n: I18n): string {
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

/** Below the heading: what became of how many, a sentence each. */
export function resultSentences(rows: readonly Row[], i18n: I18n): readonly string[] {
  const { made, sent, waiting, failed, notMailed, without } = count(rows);
  const say = (number: number, sentence: () => string) => (number === 0 ? [] : [sentence()]);
  return [
    ...say(sent, () =>
      i18n._(
        msg`${plural(sent, {
          one: "# invitation was taken by the mail server.",
          other: "# invitations were taken by the mail server.",
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
          one: "No mail server is set up: copy the link and pass it on.",
          other: "No mail server is set up: copy the links and pass them on.",
        })}`,
      ),
    ),
    ...say(without, () =>
      i18n._(
        msg`${plural(without, { one: "# address got no invitation.", other: "# addresses got no invitation." })}`,
      ),
    ),
    ...say(made - notMailed - sent, () =>
      i18n._(msg`Every invitation can already be used through its link.`),
    ),
  ];
}

function count(rows: readonly Row[]) {
  const deliveries = invitationsIn(rows).map(({ delivery }) => delivery);
  const of = (wanted: InvitationView["delivery"]) =>
    deliveries.filter((delivery) => delivery === wanted).length;
  return {
    made: deliveries.length,
    sent: of("sent"),
    waiting: of("queued"),
    failed: of("failed"),
    notMailed: of("not-configured"),
    without: rows.length - deliveries.length,
  };
}

/** The invitations that were made. */
export function invitationsIn(rows: readonly Row[]): readonly InvitationView[] {
  return rows.flatMap(({ state }) => (state.is === "invited" ? [state.invitation] : []));
}
