/** The list of campaigns, filtered by state. */
import { useState } from "react";
import { type Campaign, states } from "../types.ts";
import { Can, usePermissions } from "./access.ts";
import { CampaignForm } from "./campaign-form.tsx";
import { Empty, PageTitle, RequirePermission } from "./components.tsx";
import { PlusIcon } from "./icons.tsx";
import { Ago, channelLabels, formatCount, readState, StateBadge, shortStateLabels } from "./labels.tsx";
import { Link, navigate, useLocation } from "./navigation.tsx";
import { useLoaded } from "./use-loaded.ts";

/** The list. */
export function CampaignsPage() {
  const { can } = usePermissions();
  const { query } = useLocation();
  const loaded = useLoaded<{ items: readonly Campaign[] }>("/api/campaigns", can("campaigns:view"));
  const [isCreating, setIsCreating] = useState(false);
  const state = readState(query.get("state"));
  return (
    <>
      <PageTitle title="Campaigns">
        <Can do="campaigns:create">
          <button type="button" className="button primary" onClick={() => setIsCreating(true)}>
            <PlusIcon />
            New campaign
          </button>
        </Can>
      </PageTitle>
      <RequirePermission need="campaigns:view" loaded={loaded}>
        {({ items }) => (
          <>
            <nav className="tabs" aria-label="Filter by state">
              {[null, ...states].map((one) => (
                <Link
                  key={one}
                  href={one === null ? "/campaigns" : `/campaigns?state=${one}`}
                  aria-current={one === state ? "true" : undefined}
                >
                  {one === null ? "All" : shortStateLabels[one]}{" "}
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
      </RequirePermission>
      {isCreating && (
        <CampaignForm
          onClose={() => setIsCreating(false)}
          onSaved={({ id }) => navigate(`/campaigns/${id}`)}
        />
      )}
    </>
  );
}

function List({ items, isAll }: { readonly items: readonly Campaign[]; readonly isAll: boolean }) {
  if (items.length === 0 && !isAll)
    return (
      <Empty title="No campaigns in this state">
        <Link href="/campaigns">Show all campaigns</Link>
      </Empty>
    );
  if (items.length === 0)
    return (
      <Empty title="No campaigns yet">
        <Can do="campaigns:create" otherwise="A person who may create campaigns can add the first one.">
          Create the first one with “New campaign”. It stays a draft until you submit it.
        </Can>
      </Empty>
    );
  return (
    <table className="rows">
      <caption className="hidden">{formatCount(items.length, "campaign")}, newest first</caption>
      <thead>
        <tr>
          <th scope="col">Campaign</th>
          <th scope="col">State</th>
          <th scope="col">Created by</th>
          <th scope="col">Last change</th>
        </tr>
      </thead>
      <tbody>
        {items.map((item) => (
          <tr key={item.id}>
            <th scope="row">
              <Link href={`/campaigns/${item.id}`}>{item.name}</Link>
              <span className="second">
                {channelLabels[item.channel]} to {item.segment.name}
              </span>
            </th>
            <td>
              <StateBadge state={item.state} />
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
