import { i18n } from "@lingui/core";
import { I18nProvider } from "@lingui/react";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { createPanelContext } from "./app/context.ts";
import { createPanelRouter } from "./app/router.ts";
import { loadModule } from "./lib/load-module.ts";
import "./ui/fonts/fonts.css";
import "./ui/tokens.css";
import "./ui/base.css";

const place = document.getElementById("root");
if (place === null) throw new Error("index.html has no #root");

try {
  const [context, { tolerateTranslation }] = await Promise.all([
    createPanelContext(i18n),
    loadModule(() => import("./lib/tolerate-translation.ts")),
  ]);
  tolerateTranslation();
  const router = createPanelRouter(context);
  createRoot(place).render(
    <StrictMode>
      <I18nProvider i18n={i18n}>
        <RouterProvider router={router} />
      </I18nProvider>
    </StrictMode>,
  );
} catch (error) {
  // There are no messages without the language files.
  place.textContent =
    "Gatehouse can’t be reached. Check your connection and reload the page. · Gatehouse’a ulaşılamıyor. Bağlantınızı denetleyip sayfayı yenileyin.";
  addEventListener("online", () => location.reload());
  throw error;
}
