/** One campaign: its message, its history and its actions. */
import { useState } from "react";
import type { ActionRecord, Campaign } from "../types.ts";
import { usePermissions } from "./access.ts";
import { CampaignActions } from "./campaign-actions.tsx";
import { PageTitle, RequirePermission } from "./components.tsx";
import { BackIcon } from "./icons.tsx";
import { Ago, channelLabels, StateBadge } from "./labels.tsx";
import { Link } from "./navigation.tsx";
import { useLoaded } from "./use-loaded.ts";

/** The page. */
export function CampaignPage({ id }: { readonly id: string }) {
  const { can } = usePermissions();
  const loaded = useLoaded<Campaign>(`/api/campaigns/${encodeURIComponent(id)}`, can("campaigns:view"));
  /** The result of an action: newer than the loaded data until it is loaded again. */
  const [changed, setChanged] = useState<Campaign | null>(null);
  return (
    <>
      <Link className="back" href="/campaigns">
        <BackIcon />
        Campaigns
      </Link>
      <RequirePermission need="campaigns:view" loaded={loaded}>
        {(value) => (
          <View
            campaign={changed !== null && changed.version > value.version ? changed : value}
            onChanged={setChanged}
          />
        )}
      </RequirePermission>
    </>
  );
}

function View({
  campaign,
  onChanged,
}: {
  readonly campaign: Campaign;
  readonly onChanged: (campaign: Campaign) => void;
}) {
  const { name, state, channel, segment, message, created, submitted, decided, reason } = campaign;
  return (
    <article className="campaign">
      <PageTitle title={name} />
      <StateBadge state={state} />
      <CampaignActions campaign={campaign} onChanged={onChanged} />
      {reason !== null && decided !== null && (
        <section className="notice warn">
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
        <dd>{channelLabels[channel]}</dd>
        <dt>Segment</dt>
        <dd>{segment.name}</dd>
        <Step label="Created" record={created} />
        <Step label="Submitted" record={submitted} />
        <Step label={state === "sent-back" ? "Sent back" : "Approved"} record={decided} />
      </dl>
    </article>
  );
}

function Step({ label, record }: { readonly label: string; readonly record: ActionRecord | null }) {
  if (record === null) return null;
  return (
    <>
      <dt>{label}</dt>
      <dd>
        by {record.name}, <Ago at={record.at} />
      </dd>
    </>
  );
}
