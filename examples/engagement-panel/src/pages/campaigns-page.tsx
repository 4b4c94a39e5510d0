/** All campaigns, by state. */
import { useState } from "react";
import { type Campaign, states } from "../shapes.ts";
import { Can, usePermissions } from "./access.ts";
import { CampaignForm } from "./campaign-form.tsx";
import { PlusIcon } from "./icons.tsx";
import { go, Link, useAddress } from "./navigation.tsx";
import { Empty, Guarded, PageTitle } from "./parts.tsx";
import { useLoaded } from "./use-loaded.ts";
import { Ago, channelWords, counted, readState, StateMark, shortStateWords } from "./words.tsx";

/** The list. */
export function CampaignsPage() {
  const { can } = usePermissions();
  const { query } = useAddress();
  const loaded = useLoaded<{ items: readonly Campaign[] }>("/api/campaigns", can("campaigns:view"));
  const [isWriting, setIsWriting] = useState(false);
  const state = readState(query.get("state"));
  return (
    <>
      <PageTitle title="Campaigns">
        <Can do="campaigns:create">
          <button type="button" className="button primary" onClick={() => setIsWriting(true)}>
            <PlusIcon />
            New campaign
          </button>
        </Can>
      </PageTitle>
      <Guarded need="campaigns:view" loaded={loaded}>
        {({ items }) => (
          <>
            <nav className="tabs" aria-label="States">
              {[null, ...states].map((one) => (
                <Link
                  key={one}
                  href={one === null ? "/campaigns" : `/campaigns?state=${one}`}
                  aria-current={one === state ? "true" : undefined}
                >
                  {one === null ? "All" : shortStateWords[one]}{" "}
                  <span className="quiet">
                    {items.filter((item) => one === null || item.state === one).length}
                  </span>
                </Link>
              ))}
            </nav>
            <List
              items={items.filter((item) => state === null || item.state === state)}
              isAll={state === null}
            />
          </>
        )}
      </Guarded>
      {isWriting && (
        <CampaignForm onClose={() => setIsWriting(false)} onSaved={({ id }) => go(`/campaigns/${id}`)} />
      )}
    </>
  );
}

function List({ items, isAll }: { readonly items: readonly Campaign[]; readonly isAll: boolean }) {
  if (items.length === 0 && !isAll)
    return (
      <Empty title="No campaign is in this state">
        <Link href="/campaigns">Show all campaigns</Link>
      </Empty>
    );
  if (items.length === 0)
    return (
      <Empty title="No campaigns yet">
        <Can
          do="campaigns:create"
          otherwise="Somebody who may create campaigns writes the first one; it appears here by itself."
        >
          Write the first one with “New campaign”. It stays a draft until you submit it.
        </Can>
      </Empty>
    );
  return (
    <table className="rows">
      <caption className="hidden">{counted(items.length, "campaign")}, the newest first</caption>
      <thead>
        <tr>
          <th scope="col">Campaign</th>
          <th scope="col">State</th>
          <th scope="col">Written by</th>
          <th scope="col">Last step</th>
        </tr>
      </thead>
      <tbody>
        {items.map((item) => (
          <tr key={item.id}>
            <th scope="row">
              <Link href={`/campaigns/${item.id}`}>{item.name}</Link>
              <span className="second">
                {channelWords[item.channel]} to {item.segment.name}
              </span>
            </th>
            <td>
              <StateMark state={item.state} />
            </td>
            <td className="cut">{item.created.name}</td>
            <td className="quiet">
              <Ago at={(item.decided ?? item.submitted ?? item.created).at} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
