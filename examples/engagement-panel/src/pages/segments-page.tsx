/** The list of segments, and the form for a new one. */
import { useState } from "react";
import type { Segment } from "../types.ts";
import { Can, usePermissions } from "./access.ts";
import { sendJson } from "./api.ts";
import { useApp } from "./app-state.tsx";
import { Empty, Field, PageTitle, RequirePermission } from "./components.tsx";
import { FormDialog } from "./form-dialog.tsx";
import { PlusIcon } from "./icons.tsx";
import { Ago, formatCount } from "./labels.tsx";
import { useLoaded } from "./use-loaded.ts";

/** The list. */
export function SegmentsPage() {
  const { can } = usePermissions();
  const loaded = useLoaded<{ items: readonly Segment[] }>("/api/segments", can("segments:view"));
  const [isCreating, setIsCreating] = useState(false);
  return (
    <>
      <PageTitle title="Segments">
        <Can do="segments:create">
          <button type="button" className="button primary" onClick={() => setIsCreating(true)}>
            <PlusIcon />
            New segment
          </button>
        </Can>
      </PageTitle>
      <RequirePermission need="segments:view" loaded={loaded}>
        {({ items }) => <List items={items} />}
      </RequirePermission>
      {isCreating && <SegmentForm onClose={() => setIsCreating(false)} />}
    </>
  );
}

function List({ items }: { readonly items: readonly Segment[] }) {
  if (items.length === 0)
    return (
      <Empty title="No segments yet">
        <Can do="segments:create" otherwise="A person who may create segments can add the first one.">
          Create the first group of customers with “New segment”. Every campaign needs one.
        </Can>
      </Empty>
    );
  return (
    <table className="rows">
      <caption className="hidden">{formatCount(items.length, "segment")}, by name</caption>
      <thead>
        <tr>
          <th scope="col">Segment</th>
          <th scope="col">Campaigns</th>
          <th scope="col">Created by</th>
          <th scope="col">Created</th>
        </tr>
      </thead>
      <tbody>
        {items.map(({ id, name, rule, campaignCount, created }) => (
          <tr key={id}>
            <th scope="row">
              {name}
              <span className="second">{rule}</span>
            </th>
            <td>{formatCount(campaignCount, "campaign")}</td>
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
  const { setStatusMessage } = useApp();
  const [name, setName] = useState("");
  const [rule, setRule] = useState("");
  const save = async (): Promise<void> => {
    const saved = await sendJson<Segment>("POST", "/api/segments", { name, rule });
    setStatusMessage({ tone: "good", text: `“${saved.name}” was saved.` });
    onClose();
  };
  return (
    <FormDialog
      title="New segment"
      submitLabel="Save segment"
      isDirty={name + rule !== ""}
      onSubmit={save}
      onClose={onClose}
    >
      {(errors) => (
        <>
          <Field path="name" label="Name" error={errors["name"]}>
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
            error={errors["rule"]}
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
