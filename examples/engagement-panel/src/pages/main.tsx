import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app.tsx";
import { AppStateProvider } from "./app-state.tsx";
import "./tokens.css";
import "./base.css";
import "./shell.css";
import "./components.css";
import "./forms.css";

const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no root.");
createRoot(root).render(
  <StrictMode>
    <AppStateProvider>
      <App />
    </AppStateProvider>
  </StrictMode>,
);
