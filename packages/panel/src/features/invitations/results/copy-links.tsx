import { displayEmail, type InvitationView } from "@gatehouse/sdk/contract";
import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useProblemSentence } from "../../../lib/api/problem-text.tsx";
import { useApi } from "../../../lib/api/use-api.tsx";
import { downloadCsv } from "../../../lib/lists/download.ts";
import { useCan, useSession } from "../../../lib/session/session.tsx";
import { formatLocale } from "../../../ui/data-display/relative-time.ts";
import { InlineNotice } from "../../../ui/feedback/inline-notice.tsx";
import { Button } from "../../../ui/forms/button.tsx";
import { inputClass } from "../../../ui/forms/field.tsx";
import { CopyIcon, DownloadIcon } from "../../../ui/icons.tsx";
import styles from "./results.module.css";
import { tryToCopy } from "./try-to-copy.ts";

interface LinkedInvitation {
  readonly invitation: InvitationView;
  readonly url: string;
}

/** Copies the links of all invitations, or saves them as a file. Shown where no e-mail is sent. */
export function CopyLinks({ invitations }: { readonly invitations: readonly InvitationView[] }) {
  const hasMail = useSession().me.mail === "smtp";
  const canSend = useCan("invitations:send");
  if (hasMail || !canSend || invitations.length < 2) return null;
  return <LinkButtons invitations={invitations} />;
}

function LinkButtons({ invitations }: { readonly invitations: readonly InvitationView[] }) {
  const { t, i18n } = useLingui();
  const problemSentence = useProblemSentence();
  const loadLinks = useLoadLinks();
  const [blocked, setBlocked] = useState<string | null>(null);
  const copy = useMutation({
    async mutationFn() {
      const links = await loadLinks(invitations);
      const text = formatLinks(links);
      setBlocked((await tryToCopy(text)) ? null : text);
      return links.length;
    },
  });
  const save = useMutation({
    async mutationFn() {
      const links = await loadLinks(invitations);
      const until = new Intl.DateTimeFormat(formatLocale(i18n.locale), {
        dateStyle: "medium",
        timeStyle: "short",
      });
      downloadCsv("invitation-links.csv", [
        [t`E-mail`, t`Name`, t`Roles`, t`Link`, t`Works until`],
        ...links.map(({ invitation: { email, name = "", roles, expiresAt }, url }) => [
          email,
          name,
          roles.map((role) => role.name).join("; "),
          url,
          until.format(new Date(expiresAt)),
        ]),
      ]);
      return links.length;
    },
  });
  const error = copy.error ?? save.error;
  const problem = error === null ? null : problemSentence(error);
  const copied = copy.data ?? 0;
  const missing = invitations.length - (copy.data ?? save.data ?? invitations.length);
  return (
    <div className={styles["links"]}>
      <Button icon={<CopyIcon />} pending={copy.isPending} onClick={() => copy.mutate()}>
        <Trans>Copy all links</Trans>
      </Button>
      <Button icon={<DownloadIcon />} pending={save.isPending} onClick={() => save.mutate()}>
        <Trans>Download links as CSV</Trans>
      </Button>
      <span role="status">
        {copied > 0 && blocked === null ? (
          <Plural value={copied} one="# link copied" other="# links copied" />
        ) : null}
      </span>
      {missing === 0 ? null : (
        <InlineNotice tone="warn">
          <Plural
            value={missing}
            one="# invitation has no link any more: it was accepted, revoked or replaced."
            other="# invitations have no link any more: they were accepted, revoked or replaced."
          />
        </InlineNotice>
      )}
      {problem === null ? null : <InlineNotice tone="bad">{problem}</InlineNotice>}
      {blocked === null ? null : (
        <textarea
          readOnly
          rows={4}
          className={`${inputClass()} ${styles["allLinks"]}`}
          aria-label={t`Links to copy`}
          value={blocked}
          ref={(field) => field?.select()}
        />
      )}
    </div>
  );
}

const batchSize = 100;

/** Loads the links in batches. Invitations that aren't pending any more have none. */
function useLoadLinks(): (invitations: readonly InvitationView[]) => Promise<readonly LinkedInvitation[]> {
  const api = useApi();
  return async (invitations) => {
    const links: LinkedInvitation[] = [];
    for (let start = 0; start < invitations.length; start += batchSize) {
      const batch = invitations.slice(start, start + batchSize);
      const { results } = await api("POST /organizations/:organizationId/invitations/links", {
        body: { invitationIds: batch.map(({ id }) => id) },
      });
      const byId = new Map(results.map(({ invitationId, url }) => [invitationId, url]));
      for (const invitation of batch) {
        const url = byId.get(invitation.id);
        if (url !== undefined) links.push({ invitation, url });
      }
    }
    return links;
  };
}

/** One line per person; the tab makes two columns in a spreadsheet. */
function formatLinks(links: readonly LinkedInvitation[]): string {
  return links.map(({ invitation, url }) => `${displayEmail(invitation.email)}\t${url}`).join("\n");
}
