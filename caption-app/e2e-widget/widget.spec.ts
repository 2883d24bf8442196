import { mkdirSync } from "node:fs";
import { resolve } from "node:path";
import { expect, type Page, test } from "@playwright/test";

const made = resolve(import.meta.dirname, "../test-results/lab"); // by lab.py
const images = resolve(import.meta.dirname, "../../images");
const shots = resolve(import.meta.dirname, "../test-results");
mkdirSync(shots, { recursive: true });

const widget = (page: Page) => page.locator(".captionkit");
const choose = (page: Page, ...files: string[]) => widget(page).locator("input[type=file]").setInputFiles(files);
const note = (page: Page) => widget(page).getByRole("status");
const words = (page: Page) => widget(page).locator(".ck-caption .ck-word");
const thumbnails = (page: Page) => widget(page).getByRole("group", { name: "Pictures" }).getByRole("button");
const done = async (page: Page) => {
  await expect(widget(page)).toHaveAttribute("aria-busy", "false");
  await expect(words(page).first()).toBeVisible();
};
const shot = (page: Page, name: string) => widget(page).screenshot({ path: `${shots}/widget-${name}.png` });

async function open(page: Page, address: string) {
  await page.goto(address);
  await page.locator(".jp-CodeCell").first().click();
  await page.keyboard.press("Shift+Enter");
  await expect(widget(page).getByText("Choose pictures, drop them here")).toBeVisible({ timeout: 60_000 });
}

let problems: string[];
test.beforeEach(({ page }) => {
  problems = [];
  page.on("pageerror", (error) => {
    if (error.stack?.includes("blob:")) problems.push(error.message); // the widget's; Jupyter has its own
  });
});
test.afterEach(() => expect(problems).toEqual([]));

test("captions pictures in JupyterLab", async ({ page }) => {
  test.setTimeout(120_000);
  await page.setViewportSize({ width: 1000, height: 900 });
  await open(page, "/lab/tree/lab.ipynb?reset");
  await shot(page, "empty");

  await choose(page, `${images}/chelsea.jpg`);
  await done(page);
  const text = (await words(page).allTextContents()).join(" ");
  const picture = widget(page).locator(".ck-frame img");
  await expect(picture).toHaveAttribute("alt", `According to the model: ${text}`);
  expect(await picture.evaluate((image: HTMLImageElement) => [image.clientWidth, image.clientHeight])).toEqual([451, 300]);

  // words: by mouse and by keyboard; and as text
  const veil = widget(page).locator("canvas");
  await expect(veil).toBeHidden();
  await words(page).nth(1).click();
  await expect(veil).toBeVisible();
  await expect(note(page)).toHaveText(/^\S+: \d+% sure, looked /);
  await shot(page, "word");
  await words(page).nth(2).focus();
  await page.keyboard.press("Enter"); // a key that Jupyter uses itself
  await expect(words(page).nth(2)).toHaveAttribute("aria-pressed", "true");
  await widget(page).locator(".ck-caption").click({ clickCount: 3, position: { x: 5, y: 10 } });
  expect((await page.evaluate(() => getSelection()!.toString())).trim()).toBe(text);
  await widget(page).getByRole("button", { name: "Copy" }).click();
  await expect(note(page)).toHaveText("Copied.");
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(text);

  // a photograph too large for the notebook's channel: busy at once, and captioned
  await widget(page).evaluate((root) => {
    const input = root.querySelector("input[type=file]")!;
    input.addEventListener("change", () => {
      const start = performance.now();
      new MutationObserver(() => (root.dataset.busyAfter ??= String(performance.now() - start))).observe(root, { attributeFilter: ["aria-busy"] });
    }, { capture: true, once: true });
  });
  await choose(page, `${made}/large.jpg`);
  await expect(thumbnails(page)).toHaveCount(2);
  await done(page);
  expect(Number(await widget(page).getAttribute("data-busy-after"))).toBeLessThan(100);

  // what cannot be read takes the place of what was there
  for (const [file, problem] of [["text.jpg", /^text.jpg: not a readable picture/], ["phone.heic", /^phone.heic: /],
                                 ["large.heic", /^large.heic: this browser cannot open it, and 12 MB are too much/]] as const) {
    await choose(page, `${made}/${file}`);
    await expect(note(page)).toHaveText(problem);
    await expect(picture).toBeHidden();
    await expect(words(page).first()).toBeHidden();
  }
  await shot(page, "problem");
  for (let left = 4; left > 1; left--) {
    await widget(page).getByRole("button", { name: "Remove" }).click();
    await expect(thumbnails(page)).toHaveCount(left);
  }

  // several at once
  await choose(page, ...["astronaut", "camera", "coffee", "hopper", "rocket"].map((name) => `${images}/${name}.jpg`));
  await expect(thumbnails(page)).toHaveCount(7);
  for (const thumbnail of await thumbnails(page).all()) await expect(thumbnail).toHaveAttribute("aria-label", /: (a|an|the|two) /);
  await shot(page, "several");

  // a path, and other modes
  await widget(page).getByLabel("Path or web address").fill(`${images}/raccoon.jpg`);
  await page.keyboard.press("Enter");
  await expect(thumbnails(page)).toHaveCount(8);
  await done(page);
  const before = (await words(page).allTextContents()).join(" ");
  await widget(page).getByLabel("Caption mode").selectOption("creative_diverse");
  for (const thumbnail of await thumbnails(page).all()) await expect(thumbnail).not.toHaveAttribute("aria-label", /: waiting$/);
  await widget(page).getByRole("button", { name: "Another caption" }).click();
  await done(page);
  expect((await words(page).allTextContents()).join(" ")).not.toBe(before);
});

test("works in Jupyter Notebook, dark and narrow", async ({ page, request }) => {
  test.setTimeout(120_000);
  await request.put("/lab/api/settings/@jupyterlab/apputils-extension:themes", { data: { raw: '{"theme": "JupyterLab Dark"}' } });
  await page.setViewportSize({ width: 375, height: 800 });
  await open(page, "/notebooks/notebook.ipynb");
  await choose(page, `${images}/rocket.jpg`, `${images}/hopper.jpg`);
  await done(page);
  await words(page).nth(2).click();
  await shot(page, "dark");
  const [inside, outside] = await widget(page).evaluate((root) => [root.scrollWidth, root.clientWidth]);
  expect(inside).toBeLessThanOrEqual(outside!);

  // a kernel that is silent is named as such
  const delay = page.locator(".jp-CodeCell").nth(1);
  await delay.locator(".cm-content").click();
  await page.keyboard.press("Shift+Enter");
  await expect(delay.locator(".jp-InputPrompt")).toContainText("[2]"); // it has run
  await choose(page, `${images}/raccoon.jpg`);
  await expect(note(page)).toContainText("Waiting for the kernel");
  await done(page);
});
