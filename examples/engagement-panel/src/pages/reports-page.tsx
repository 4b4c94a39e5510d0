/** How many campaigns there are, counted now. */
import { type Report, type State, states } from "../shapes.ts";
import { usePermissions } from "./access.ts";
import { Link } from "./navigation.tsx";
import { Empty, Guarded, PageTitle } from "./parts.tsx";
import { useLoaded } from "./use-loaded.ts";
import { Ago, channelWords, StateMark, shortStateWords } from "./words.tsx";

/** The report. */
export function ReportsPage() {
  const { can } = usePermissions();
  const loaded = useLoaded<Report>("/api/reports", can("reports:view"));
  return (
    <>
      <PageTitle title="Reports" />
      <Guarded need="reports:view" loaded={loaded}>
        {(report) => (totalOf(report.byState) === 0 ? <Nothing /> : <Counts report={report} />)}
      </Guarded>
    </>
  );
}

function Nothing() {
  return (
    <Empty title="Nothing to count yet">
      The first campaign will appear here. <Link href="/campaigns">Go to the campaigns</Link>
    </Empty>
  );
}

function totalOf(counts: Readonly<Record<State, number>>): number {
  return states.reduce((sum, state) => sum + counts[state], 0);
}

function Counts({ report: { byState, byChannel, bySegment, waitingSince } }: { readonly report: Report }) {
  return (
    <>
      <ul className="figures">
        {states.map((state) => (
          <li key={state}>
            <b>{byState[state]}</b>
            <StateMark state={state} />
          </li>
        ))}
      </ul>
      {waitingSince !== null && (
        <p>
          The campaign that waits longest was submitted <Ago at={waitingSince} />.{" "}
          <Link className="link" href="/campaigns?state=submitted">
            Show what waits
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
                {shortStateWords[state]}
              </th>
            ))}
            <th scope="col">All</th>
          </tr>
        </thead>
        <tbody>
          {byChannel.map(({ channel, counts }) => (
            <tr key={channel}>
              <th scope="row">{channelWords[channel]}</th>
              {states.map((state) => (
                <td key={state}>{counts[state]}</td>
              ))}
              <td>{totalOf(counts)}</td>
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
