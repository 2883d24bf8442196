import { defineConfig } from "@playwright/test";
import page from "../playwright.config";

// A real JupyterLab and Jupyter Notebook; `python` must have captionkit installed with its extra `notebook`.
export default defineConfig({
  ...page,
  testDir: ".",
  outputDir: "../test-results/widget",
  use: { ...page.use, baseURL: "http://127.0.0.1:8766" },
  webServer: { command: "python e2e-widget/lab.py test-results/lab", cwd: "..", url: "http://127.0.0.1:8766/api", timeout: 120_000 },
});
