/** Numbers of campaigns. */
import { type Report, type State, states } from "../types.ts";
import { usePermissions } from "./access.ts";
import { Empty, PageTitle, RequirePermission } from "./components.tsx";
import { Ago, channelLabels, StateBadge, shortStateLabels } from "./labels.tsx";
import { Link } from "./navigation.tsx";
import { useLoaded } from "./use-loaded.ts";

/** The report. */
export function ReportsPage() {
  const { can } = usePermissions();
  const loaded = useLoaded<Report>("/api/reports", can("reports:view"));
  return (
    <>
      <PageTitle title="Reports" />
      <RequirePermission need="reports:view" loaded={loaded}>
        {(report) => (sumCounts(report.byState) === 0 ? <EmptyReport /> : <Counts report={report} />)}
      </RequirePermission>
    </>
  );
}

function EmptyReport() {
  return (
    <Empty title="No campaigns yet">
      Campaigns will be counted here. <Link href="/campaigns">Go to the campaigns</Link>
    </Empty>
  );
}

function sumCounts(counts: Readonly<Record<State, number>>): number {
  return states.reduce((sum, state) => sum + counts[state], 0);
}

function Counts({ report: { byState, byChannel, bySegment, waitingSince } }: { readonly report: Report }) {
  return (
    <>
      <ul className="figures">
        {states.map((state) => (
          <li key={state}>
            <b>{byState[state]}</b>
            <StateBadge state={state} />
          </li>
        ))}
      </ul>
      {waitingSince !== null && (
        <p>
          The longest-waiting campaign was submitted <Ago at={waitingSince} />.{" "}
          <Link className="link" href="/campaigns?state=submitted">
            Show waiting campaigns
          </Link>
        </p>
      )}
      <h2>By channel</h2>
      <table className="rows numbers">
        <thead>
          <tr>
            <th scope="col">Channel</th>
            {states.map((state) => (
              <th key={state} scope="col">
                {shortStateLabels[state]}
              </th>
            ))}
            <th scope="col">All</th>
          </tr>
        </thead>
        <tbody>
          {byChannel.map(({ channel, counts }) => (
            <tr key={channel}>
              <th scope="row">{channelLabels[channel]}</th>
              {states.map((state) => (
                <td key={state}>{counts[state]}</td>
              ))}
              <td>{sumCounts(counts)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <h2>By segment</h2>
      <table className="rows numbers">
        <thead>
          <tr>
            <th scope="col">Segment</th>
            <th scope="col">Approved</th>
            <th scope="col">All</th>
          </tr>
        </thead>
        <tbody>
          {bySegment.map(({ name, count, approved }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{approved}</td>
              <td>{count}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
