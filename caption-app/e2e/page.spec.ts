import { readFileSync } from "node:fs";
import { expect, type Page, test } from "@playwright/test";
import type { Answer } from "../src/api";
import { shade } from "../src/attention";

const pictures = "test-results/pictures"; // which server.py has drawn
const [photo, other] = [41, 42].map((id) => `${pictures}/shapes/val2017/0000000000${id}.jpg`) as [string, string];

const caption = (page: Page) => page.locator('[aria-busy=false] .caption'); // not the one that is being replaced
const upload = (page: Page, file: string) => page.locator('input[type=file]').first().setInputFiles(file);

let problems: string[];
test.beforeEach(async ({ page }) => {
  problems = [];
  page.on("pageerror", (error) => problems.push(error.message));
  await page.goto("/");
  await expect(page.getByText("The caption will stand here.")).toBeVisible();
});
test.afterEach(() => expect(problems).toEqual([]));

test("captions a picture, and shows where it looked", async ({ page }) => {
  const answered = page.waitForResponse("**/caption");
  await upload(page, photo);
  const answer = (await (await answered).json()) as Answer;
  await expect(caption(page)).toHaveAttribute("aria-label", answer.caption);
  await page.locator(".word").nth(1).hover();
  await expect(page.locator("canvas.visible")).toBeVisible();
  await expect(page.getByText(/% sure, looked at/)).toBeVisible();
  const drawn = await page.locator("canvas").evaluate((canvas: HTMLCanvasElement) => {
    const pixels = canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height).data;
    return [...pixels].filter((_, i) => i % 4 === 3);
  });
  expect(drawn).toEqual([...shade(answer.attention[1]!)]);
  await page.screenshot({ path: "test-results/hover.png", fullPage: true });
});

test("every mode gives what the server gives for it", async ({ page, request }) => {
  await upload(page, photo);
  const image = readFileSync(photo).toString("base64");
  for (const [label, mode] of [["Safe diverse", "safe_diverse"], ["Balanced diverse", "balanced_diverse"], ["Creative diverse", "creative_diverse"], ["Consistent", "consistent"]] as const) {
    await page.getByText(label, { exact: true }).click();
    const answer = await (await request.post("/caption", { data: { image_base64: image, caption_mode: mode } })).json();
    await expect(caption(page)).toHaveAttribute("aria-label", answer.caption);
    expect(answer.caption_mode).toBe(mode);
  }
});

test("works by keyboard alone", async ({ page }) => {
  await upload(page, photo);
  await expect(caption(page)).toBeVisible();
  await page.getByLabel("Consistent").focus();
  await page.keyboard.press("ArrowRight"); // radio buttons
  await expect(page.getByLabel("Safe diverse")).toBeChecked();
  await expect(caption(page)).toBeVisible();
  await page.keyboard.press("Tab");
  await expect(page.locator(".word.looked")).toHaveCount(1);
  await expect(page.locator("canvas.visible")).toBeVisible();
  await page.getByRole("button", { name: "Copy" }).press("Enter");
  await expect(page.getByText("Copied")).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(await caption(page).getAttribute("aria-label"));
});

test("takes a dropped, a pasted and a photographed picture", async ({ page }) => {
  const transfer = (kind: "drop" | "paste") =>
    page.evaluate(([content, kind]) => {
      const data = new DataTransfer();
      data.items.add(new File([Uint8Array.from(atob(content!), (c) => c.charCodeAt(0))], "a.jpg", { type: "image/jpeg" }));
      const event = kind === "drop" ? new DragEvent("drop", { dataTransfer: data, bubbles: true }) : new ClipboardEvent("paste", { clipboardData: data, bubbles: true });
      document.querySelector("main")!.dispatchEvent(event);
    }, [readFileSync(other).toString("base64"), kind] as const);
  const answered = () => page.waitForResponse((response) => response.url().endsWith("/caption") && response.ok());
  for (const kind of ["drop", "paste"] as const) await Promise.all([answered(), transfer(kind)]);
  await page.getByRole("button", { name: "Camera" }).click();
  await Promise.all([answered(), page.getByRole("button", { name: "Take the picture" }).click()]);
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect(caption(page)).toBeVisible();
});

test("shrinks a large picture before it is sent", async ({ page }) => {
  const [request] = await Promise.all([page.waitForRequest("**/caption"), upload(page, `${pictures}/large.png`)]);
  expect(request.postData()!).toContain("data:image/jpeg;base64,");
  expect(request.postData()!.length).toBeLessThan(1_500_000);
  await expect(caption(page)).toBeVisible();
});

test("says what is wrong with a bad file, and recovers", async ({ page }) => {
  await upload(page, `${pictures}/text.jpg`);
  await expect(page.getByRole("alert")).toContainText("not a readable picture");
  await page.screenshot({ path: "test-results/error.png" });
  await upload(page, photo);
  await expect(caption(page)).toBeVisible();
});

test("says when the server is away", async ({ page }) => {
  await page.route("**/caption", (route) => route.abort("connectionrefused"));
  await upload(page, photo);
  await expect(page.getByRole("alert")).toContainText("The server does not answer");
  await page.unroute("**/caption");
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(caption(page)).toBeVisible();
});

for (const scheme of ["light", "dark"] as const) {
  test(`fits a phone, ${scheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: scheme });
    await page.setViewportSize({ width: 375, height: 720 });
    await upload(page, photo);
    await expect(caption(page)).toBeVisible();
    await page.locator(".word").nth(2).click();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(375);
    await page.screenshot({ path: `test-results/phone-${scheme}.png`, fullPage: true });
  });
}
