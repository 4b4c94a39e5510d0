import { i18n } from "@lingui/core";
import { I18nProvider } from "@lingui/react";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { createPanelContext } from "./app/context.ts";
import { createPanelRouter } from "./app/router.ts";
import "./ui/fonts/fonts.css";
import "./ui/tokens.css";
import "./ui/base.css";

const place = document.getElementById("root");
if (place === null) throw new Error("index.html has no #root");

const router = createPanelRouter(await createPanelContext(i18n));

createRoot(place).render(
  <StrictMode>
    <I18nProvider i18n={i18n}>
      <RouterProvider router={router} />
    </I18nProvider>
  </StrictMode>,
);
