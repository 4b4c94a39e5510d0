/** All segments, and a new one. */
import { useState } from "react";
import type { Segment } from "../shapes.ts";
import { Can, usePermissions } from "./access.ts";
import { send } from "./api.ts";
import { useApp } from "./app-state.tsx";
import { FormDialog } from "./form-dialog.tsx";
import { PlusIcon } from "./icons.tsx";
import { Empty, Field, Guarded, PageTitle } from "./parts.tsx";
import { useLoaded } from "./use-loaded.ts";
import { Ago, counted } from "./words.tsx";

/** The list. */
export function SegmentsPage() {
  const { can } = usePermissions();
  const loaded = useLoaded<{ items: readonly Segment[] }>("/api/segments", can("segments:view"));
  const [isWriting, setIsWriting] = useState(false);
  return (
    <>
      <PageTitle title="Segments">
        <Can do="segments:create">
          <button type="button" className="button primary" onClick={() => setIsWriting(true)}>
            <PlusIcon />
            New segment
          </button>
        </Can>
      </PageTitle>
      <Guarded need="segments:view" loaded={loaded}>
        {({ items }) => <List items={items} />}
      </Guarded>
      {isWriting && <SegmentForm onClose={() => setIsWriting(false)} />}
    </>
  );
}

function List({ items }: { readonly items: readonly Segment[] }) {
  if (items.length === 0)
    return (
      <Empty title="No segments yet">
        <Can do="segments:create" otherwise="Somebody who may create segments describes the first one.">
          Describe the first group of customers with “New segment”. Every campaign goes to one.
        </Can>
      </Empty>
    );
  return (
    <table className="rows">
      <caption className="hidden">{counted(items.length, "segment")}, by name</caption>
      <thead>
        <tr>
          <th scope="col">Segment</th>
          <th scope="col">Campaigns</th>
          <th scope="col">Described by</th>
          <th scope="col">When</th>
        </tr>
      </thead>
      <tbody>
        {items.map(({ id, name, rule, campaignCount, created }) => (
          <tr key={id}>
            <th scope="row">
              {name}
              <span className="second">{rule}</span>
            </th>
            <td>{counted(campaignCount, "campaign")}</td>
            <td className="cut">{created.name}</td>
            <td className="quiet">
              <Ago at={created.at} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function SegmentForm({ onClose }: { readonly onClose: () => void }) {
  const { say } = useApp();
  const [name, setName] = useState("");
  const [rule, setRule] = useState("");
  const save = async (): Promise<void> => {
    const saved = await send<Segment>("POST", "/api/segments", { name, rule });
    say({ tone: "good", text: `“${saved.name}” is saved.` });
    onClose();
  };
  return (
    <FormDialog
      title="New segment"
      submitWord="Save segment"
      isDirty={name + rule !== ""}
      onSubmit={save}
      onClose={onClose}
    >
      {(faults) => (
        <>
          <Field path="name" label="Name" fault={faults["name"]}>
            {(props) => (
              <input
                {...props}
                autoComplete="off"
                value={name}
                onChange={({ target }) => setName(target.value)}
              />
            )}
          </Field>
          <Field
            path="rule"
            label="Who belongs to it"
            fault={faults["rule"]}
            hint="One sentence, for example: has not opened the app for 30 days."
          >
            {(props) => (
              <input
                {...props}
                autoComplete="off"
                value={rule}
                onChange={({ target }) => setRule(target.value)}
              />
            )}
          </Field>
        </>
      )}
    </FormDialog>
  );
}
