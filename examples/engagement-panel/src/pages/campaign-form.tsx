/** The form for a new or an existing campaign. */
import { useState } from "react";
import { type Campaign, type Channel, channels, type Segment } from "../types.ts";
import { sendJson } from "./api.ts";
import { useApp } from "./app-state.tsx";
import { Field } from "./components.tsx";
import { FormDialog } from "./form-dialog.tsx";
import { channelLabels } from "./labels.tsx";
import { Link } from "./navigation.tsx";
import { useLoaded } from "./use-loaded.ts";

/** Props of the form. */
export interface CampaignFormProps {
  /** The current campaign; absent for a new one. */
  readonly campaign?: Campaign;
  readonly onClose: () => void;
  readonly onSaved: (saved: Campaign) => void;
}

interface Draft {
  readonly name: string;
  readonly channel: Channel;
  readonly segmentId: string;
  readonly message: string;
}

/** The form. A concurrent change is shown first, and overwritten only when the user saves again. */
export function CampaignForm({ campaign, onClose, onSaved }: CampaignFormProps) {
  const { setStatusMessage } = useApp();
  const [base, setBase] = useState(campaign);
  const [draft, setDraft] = useState<Draft>(() => toDraft(campaign));
  const segments = useLoaded<{ items: readonly Segment[] }>("/api/segments").value?.items;
  const change = (changes: Partial<Draft>): void => setDraft((before) => ({ ...before, ...changes }));
  const isDirty = JSON.stringify(draft) !== JSON.stringify(toDraft(base));
  const isOutdated = base !== undefined && campaign !== undefined && campaign.version !== base.version;

  const save = async (): Promise<void> => {
    const version = base?.version;
    // After this error the page shows the current version, so the next save overwrites it deliberately.
    if (isOutdated) setBase(campaign);
    const saved =
      base === undefined
        ? await sendJson<Campaign>("POST", "/api/campaigns", draft)
        : await sendJson<Campaign>("PATCH", `/api/campaigns/${base.id}`, { ...draft, version });
    setStatusMessage({ tone: "good", text: `“${saved.name}” was saved.` });
    onClose();
    onSaved(saved);
  };
  return (
    <FormDialog
      title={base === undefined ? "New campaign" : `Edit ${base.name}`}
      submitLabel={base === undefined ? "Save draft" : "Save"}
      isDirty={isDirty}
      onSubmit={save}
      onClose={onClose}
    >
      {(errors, problem) => (
        <>
          {problem?.code === "campaigns/changed" && campaign !== undefined && (
            <p className="quiet">
              Current version: “{campaign.name}”, {channelLabels[campaign.channel]} to {campaign.segment.name}
              : “{campaign.message}”. Save again to overwrite it.
            </p>
          )}
          <Field path="name" label="Name" error={errors["name"]} hint="Only visible to your team.">
            {(props) => (
              <input
                {...props}
                autoComplete="off"
                value={draft.name}
                onChange={({ target }) => change({ name: target.value })}
              />
            )}
          </Field>
          <fieldset>
            <legend>Channel</legend>
            <div className="choices">
              {channels.map((channel) => (
                <label key={channel}>
                  <input
                    type="radio"
                    name="channel"
                    checked={draft.channel === channel}
                    onChange={() => change({ channel })}
                  />
                  {channelLabels[channel]}
                </label>
              ))}
            </div>
          </fieldset>
          <Field
            path="segmentId"
            label="Segment"
            error={errors["segmentId"]}
            hint="Customers who get the message."
          >
            {(props) => (
              <select
                {...props}
                value={draft.segmentId}
                onChange={({ target }) => change({ segmentId: target.value })}
              >
                <option value="">Choose a segment</option>
                {segments?.map(({ id, name }) => (
                  <option key={id} value={id}>
                    {name}
                  </option>
                ))}
              </select>
            )}
          </Field>
          {segments?.length === 0 && (
            <p className="quiet">
              There is no segment yet. <Link href="/segments">Create one first</Link>.
            </p>
          )}
          <Field
            path="message"
            label="Message"
            error={errors["message"]}
            hint={`${[...draft.message.trim()].length} of ${draft.channel === "sms" ? "160" : "1,000"} characters.`}
          >
            {(props) => (
              <textarea
                {...props}
                rows={4}
                value={draft.message}
                onChange={({ target }) => change({ message: target.value })}
              />
            )}
          </Field>
        </>
      )}
    </FormDialog>
  );
}

function toDraft(campaign: Campaign | undefined): Draft {
  const { name = "", channel = "push", message = "" } = campaign ?? {};
  return { name, channel, segmentId: campaign?.segment.id ?? "", message };
}
