/** The panel: the door, or the page that the address names. */
import { useApp } from "./app-state.tsx";
import { CampaignPage } from "./campaign-page.tsx";
import { CampaignsPage } from "./campaigns-page.tsx";
import { Doorway } from "./doorway.tsx";
import { Link, useAddress } from "./navigation.tsx";
import { Empty, PageTitle } from "./parts.tsx";
import { ReportsPage } from "./reports-page.tsx";
import { SegmentsPage } from "./segments-page.tsx";
import { Shell } from "./shell.tsx";

/** The whole panel. */
export function App() {
  const { phase, me } = useApp();
  if (me === null) return <Doorway phase={phase} />;
  return (
    <Shell me={me}>
      <Page />
    </Shell>
  );
}

function Page() {
  const { path } = useAddress();
  const id = /^\/campaigns\/([^/]+)$/.exec(path)?.[1];
  if (id !== undefined) return <CampaignPage key={id} id={id} />;
  if (path === "/segments") return <SegmentsPage />;
  if (path === "/reports") return <ReportsPage />;
  if (path === "/" || path === "/campaigns") return <CampaignsPage />;
  return (
    <>
      <PageTitle title="Page not found" />
      <Empty title="There is nothing at this address">
        <Link href="/campaigns">Go to the campaigns</Link>
      </Empty>
    </>
  );
}
