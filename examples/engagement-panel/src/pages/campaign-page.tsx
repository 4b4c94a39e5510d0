/** One campaign: what it says, what became of it, and what the person in front of it may do about that. */
import { useState } from "react";
import type { Campaign, Deed } from "../shapes.ts";
import { usePermissions } from "./access.ts";
import { CampaignActions } from "./campaign-actions.tsx";
import { BackIcon } from "./icons.tsx";
import { Link } from "./navigation.tsx";
import { Guarded, PageTitle } from "./parts.tsx";
import { useLoaded } from "./use-loaded.ts";
import { Ago, channelWords, StateMark } from "./words.tsx";

/** The page. */
export function CampaignPage({ id }: { readonly id: string }) {
  const { can } = usePermissions();
  const loaded = useLoaded<Campaign>(`/api/campaigns/${encodeURIComponent(id)}`, can("campaigns:view"));
  /** What an action answered: newer than what was loaded, until that is loaded anew. */
  const [made, setMade] = useState<Campaign | null>(null);
  return (
    <>
      <Link className="back" href="/campaigns">
        <BackIcon />
        Campaigns
      </Link>
      <Guarded need="campaigns:view" loaded={loaded}>
        {(value) => (
          <View campaign={made !== null && made.version > value.version ? made : value} onMade={setMade} />
        )}
      </Guarded>
    </>
  );
}

function View({
  campaign,
  onMade,
}: {
  readonly campaign: Campaign;
  readonly onMade: (made: Campaign) => void;
}) {
  const { name, state, channel, segment, message, created, submitted, decided, reason } = campaign;
  return (
    <article className="campaign">
      <PageTitle title={name} />
      <StateMark state={state} />
      <CampaignActions campaign={campaign} onMade={onMade} />
      {reason !== null && decided !== null && (
        <section className="note warn">
          <div>
            <h2>{decided.name} sent this back</h2>
            <p className="text">{reason}</p>
          </div>
        </section>
      )}
      <section>
        <h2>Message</h2>
        <p className="text message">{message}</p>
      </section>
      <dl className="facts">
        <dt>Channel</dt>
        <dd>{channelWords[channel]}</dd>
        <dt>Segment</dt>
        <dd>{segment.name}</dd>
        <Step word="Written" deed={created} />
        <Step word="Submitted" deed={submitted} />
        <Step word={state === "sent-back" ? "Sent back" : "Approved"} deed={decided} />
      </dl>
    </article>
  );
}

function Step({ word, deed }: { readonly word: string; readonly deed: Deed | null }) {
  if (deed === null) return null;
  return (
    <>
      <dt>{word}</dt>
      <dd>
        by {deed.name}, <Ago at={deed.at} />
      </dd>
    </>
  );
}
