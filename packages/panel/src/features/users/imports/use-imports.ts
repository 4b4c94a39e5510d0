/** Reads imports, and changes them. */
import type { ImportField, ImportKind, ImportPreset, UserImportView } from "@gatehouse/sdk/contract";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useApi, useApiKey, useApiQuery } from "../../../lib/api/use-api.tsx";
import { createRandomId } from "../../../lib/random-id.ts";
import { isWorking } from "./import-labels.ts";
import { readParts, requireImportFile } from "./read-parts.ts";

const one = "GET /organizations/:organizationId/user-imports/:importId";

/** An import. It is polled while the server works on it: twice a second at first, and less often later. */
export function useImport(importId: string) {
  const [startedAt] = useState(() => performance.now());
  return useApiQuery(
    one,
    { params: { importId } },
    {
      refetchEvery: ({ body }) => {
        if (!isWorking(body)) return false;
        return performance.now() - startedAt < 30_000 ? 500 : 2_000;
      },
    },
  );
}

/** Stores what a request has answered, and marks the other queries of imports as old. */
function useStored() {
  const client = useQueryClient();
  const key = useApiKey();
  return async (body: UserImportView): Promise<void> => {
    client.setQueryData(key(one, { params: { importId: body.id } }), { body, etag: "" });
    const names = [
      "GET /organizations/:organizationId/user-imports",
      "GET /organizations/:organizationId/user-imports/:importId/rows",
    ] as const;
    await Promise.all(names.map((name) => client.invalidateQueries({ queryKey: key(name) })));
  };
}

/** How an import or a check is started. */
interface StartOptions {
  readonly as: ImportKind;
  readonly dryRun?: boolean;
  readonly preset?: ImportPreset;
  readonly columns?: Record<string, ImportField>;
}

/** Starts an import or a check. */
export function useStart(importId: string) {
  const api = useApi();
  const store = useStored();
  return useMutation({
    mutationFn: (body: StartOptions) =>
      api("POST /organizations/:organizationId/user-imports/:importId/start", {
        params: { importId },
        body,
        idempotencyKey: createRandomId(),
      }),
    onSuccess: store,
  });
}

/** Starts the undo. */
export function useUndo(importId: string) {
  const api = useApi();
  const store = useStored();
  return useMutation({
    mutationFn: () =>
      api("POST /organizations/:organizationId/user-imports/:importId/undo", { params: { importId } }),
    onSuccess: store,
  });
}

/** Stops an import or a check, or discards the file. */
export function useCancel(importId: string) {
  const api = useApi();
  const store = useStored();
  return useMutation({
    async mutationFn() {
      await api("DELETE /organizations/:organizationId/user-imports/:importId", { params: { importId } });
      return api(one, { params: { importId } });
    },
    onSuccess: store,
  });
}

/** How much of a file has arrived. */
export interface UploadProgress {
  readonly name: string;
  readonly done: number;
  readonly total: number;
}

/** Uploads a file part by part; rejects with `FileRejected` or `ApiProblem`. */
export function useUpload(onUploaded: (importId: string) => void) {
  const api = useApi();
  const [progress, setProgress] = useState<UploadProgress | null>(null);
  const upload = useMutation({
    async mutationFn(file: File): Promise<string> {
      const { name, size } = file;
      requireImportFile(file);
      setProgress({ name, done: 0, total: size });
      const { id: importId } = await api("POST /organizations/:organizationId/user-imports", {
        body: { fileName: name.slice(-200) },
        idempotencyKey: createRandomId(),
      });
      let number = 0;
      try {
        for await (const { text, bytes } of readParts(file)) {
          number += 1;
          await api("POST /organizations/:organizationId/user-imports/:importId/parts", {
            params: { importId },
            body: { number, text },
          });
          setProgress({ name, done: bytes, total: size });
        }
      } catch (error) {
        // The beginning of a file is of no use.
        await api("DELETE /organizations/:organizationId/user-imports/:importId", {
          params: { importId },
        }).catch(() => undefined);
        throw error;
      }
      return importId;
    },
    onSuccess: onUploaded,
    onSettled: () => setProgress(null),
  });
  return { upload: upload.mutate, progress, error: upload.error };
}
