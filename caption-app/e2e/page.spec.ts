import { readFileSync } from "node:fs";
import { expect, type Page, test } from "@playwright/test";
import type { Answer } from "../src/api";
import { DEFAULT_STRENGTH, colour, enlarged } from "../src/attention";

const pictures = "test-results/pictures"; // which server.py has drawn
const photo = (id: number) => `${pictures}/shapes/val2017/${String(id).padStart(12, "0")}.jpg`;
const photos = [41, 42, 43, 44, 45, 46, 47, 48].map(photo);

const caption = (page: Page) => page.locator("[aria-busy=false] .caption"); // not the one that is being replaced
const upload = (page: Page, ...files: string[]) => page.locator("input[type=file]").first().setInputFiles(files);
const rows = (page: Page) => page.getByRole("list").getByRole("listitem");
const copied = (page: Page) => page.evaluate(() => navigator.clipboard.readText());

let problems: string[];
test.beforeEach(async ({ page }) => {
  problems = [];
  page.on("pageerror", (error) => problems.push(error.message));
  await page.goto("/");
  await expect(page.getByText("Drop or paste pictures here")).toBeVisible();
});
test.afterEach(() => expect(problems).toEqual([]));

test("captions a picture, and shows where it looked, in the picture's own shape", async ({ page }) => {
  const answered = page.waitForResponse("**/caption");
  await upload(page, `${pictures}/wide.jpg`);
  const answer = (await (await answered).json()) as Answer;
  await expect(caption(page)).toHaveAttribute("aria-label", answer.caption);
  await page.locator(".word").nth(1).hover();
  await expect(page.locator("canvas.visible")).toBeVisible();
  await expect(page.getByText(/% sure, looked at the /)).toBeVisible();
  const drawn = () => page.locator("canvas").evaluate((canvas: HTMLCanvasElement) => {
    const { width, height } = canvas;
    return { width, height, opacity: [...canvas.getContext("2d")!.getImageData(0, 0, width, height).data].filter((_, i) => i % 4 === 3) };
  });
  const { width, height, opacity } = await drawn();
  expect([width, height]).toEqual([160, 80]);
  const expected = (strength: number) => [...Uint8ClampedArray.from(enlarged(answer.attention[1]!, width, height).flat().map((share) => colour(share, strength)[3]))];
  expect(opacity).toEqual(expected(DEFAULT_STRENGTH));
  await page.screenshot({ path: "test-results/hover.png", fullPage: true });
  await page.locator(".word").nth(1).click();
  await page.mouse.move(0, 0);
  await page.getByLabel(/^Strength/).fill("100");
  expect((await drawn()).opacity).toEqual(expected(1));
  await page.reload();
  await upload(page, photos[0]!);
  await expect(page.getByLabel(/^Strength/)).toHaveValue("100");
});

test("every mode gives what the server gives for it", async ({ page, request }) => {
  await upload(page, photos[0]!);
  const image = readFileSync(photos[0]!).toString("base64");
  for (const [label, mode] of [["Safe diverse", "safe_diverse"], ["Balanced diverse", "balanced_diverse"], ["Creative diverse", "creative_diverse"], ["Consistent", "consistent"]] as const) {
    await page.getByText(label, { exact: true }).click();
    const answer = await (await request.post("/caption", { data: { image_base64: image, caption_mode: mode } })).json();
    await expect(caption(page)).toHaveAttribute("aria-label", answer.caption);
    expect(answer.caption_mode).toBe(mode);
  }
});

test("captions sixty pictures, each with the server's own caption for it", async ({ page, request }) => {
  await upload(page, ...Array.from({ length: 60 }, (_, i) => photos[i % 8]!));
  await expect(page.getByText("60 of 60 done")).toBeVisible({ timeout: 50_000 });
  const answers = await Promise.all(photos.map(async (file) => (await request.post("/caption", { data: { image_base64: readFileSync(file).toString("base64") } })).json()));
  const texts = await page.locator("textarea").evaluateAll((all) => all.map((box) => (box as HTMLTextAreaElement).value));
  expect(texts).toEqual(Array.from({ length: 60 }, (_, i) => answers[i % 8].caption));
});

test("edits, copies and downloads captions", async ({ page }) => {
  await upload(page, ...photos.slice(0, 3));
  await expect(page.getByText("3 of 3 done")).toBeVisible();
  const first = page.locator("textarea").first();
  const own = await first.inputValue();
  await first.fill('=a "red", Ünïcode <thing>');
  await page.getByRole("button", { name: "Copy as alt" }).click();
  expect(await copied(page)).toBe('alt="=a &quot;red&quot;, Ünïcode &lt;thing&gt;"');
  await expect(page.getByText("what a picture is for")).toBeVisible();
  await page.getByRole("button", { name: "Copy all" }).click();
  await expect.poll(async () => (await copied(page)).split("\n").length).toBe(3);
  const [saved] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Download CSV" }).click()]);
  expect(saved.suggestedFilename()).toBe("captions.csv");
  const table = readFileSync(await saved.path(), "utf8");
  expect(table.startsWith("\uFEFFfile,caption,edited,mode,score,model\r\n0")).toBe(true);
  expect(table).toContain(`,"'=a ""red"", Ünïcode <thing>",yes,consistent,,`);
  await page.getByRole("button", { name: /^Back to the model/ }).click();
  await expect(first).toHaveValue(own);
  await first.fill("my own");
  const asked = page.waitForEvent("dialog");
  void page.evaluate(() => location.reload()).catch(() => null); // which the dialog stops
  expect((await asked).type()).toBe("beforeunload");
  await (await asked).dismiss();
  await expect(first).toHaveValue("my own");
});

test("works by keyboard alone", async ({ page }) => {
  await upload(page, ...photos.slice(0, 2));
  await expect(page.getByText("2 of 2 done")).toBeVisible();
  await page.getByLabel("Consistent").focus();
  await page.keyboard.press("ArrowRight"); // radio buttons
  await expect(page.getByLabel("Safe diverse")).toBeChecked();
  await expect(page.getByText("2 of 2 done")).toBeVisible();
  await page.locator(".word").first().focus();
  await page.keyboard.press("Tab");
  await expect(page.locator(".word.looked")).toHaveCount(1);
  await expect(page.locator("canvas.visible")).toBeVisible();
  await page.getByLabel(/^Show .*42/).press("Enter");
  await page.keyboard.press("Tab");
  await page.keyboard.press("ControlOrMeta+A");
  await page.keyboard.type("my own words");
  await page.keyboard.press("Tab");
  await expect(page.getByRole("button", { name: "Copy", exact: true })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByText("Copied")).toBeVisible();
  expect(await copied(page)).toBe("my own words");
  await page.getByLabel(/^Remove .*42/).press("Enter");
  await expect(page.getByLabel(/^Show .*41/)).toBeFocused();
  await page.getByLabel(/^Remove .*41/).press("Enter");
  await expect(page.locator("#files")).toBeFocused();
});

/** Drops or pastes `texts` and the contents of files. */
function transfer(page: Page, kind: "drop" | "paste", texts: Record<string, string>, ...files: string[]): Promise<void> {
  const contents = files.map((file) => readFileSync(file).toString("base64"));
  return page.evaluate(([kind, texts, contents]) => {
    const data = new DataTransfer();
    for (const [type, text] of Object.entries(texts)) data.setData(type, text);
    contents.forEach((content, i) => data.items.add(new File([Uint8Array.from(atob(content), (c) => c.charCodeAt(0))], `${i}.jpg`, { type: "image/jpeg" })));
    const event = kind === "drop" ? new DragEvent("drop", { dataTransfer: data, bubbles: true }) : new ClipboardEvent("paste", { clipboardData: data, bubbles: true });
    document.querySelector("main")!.dispatchEvent(event);
  }, [kind, texts, contents] as const);
}

test("takes dropped, pasted and photographed pictures, one and several", async ({ page }) => {
  await transfer(page, "drop", {}, photos[0]!, photos[1]!);
  await expect(page.getByText("2 of 2 done")).toBeVisible();
  await transfer(page, "paste", {}, photos[2]!);
  await expect(page.getByText("3 of 3 done")).toBeVisible();
  await page.getByRole("button", { name: "Camera" }).click();
  await page.getByRole("button", { name: "Take the picture" }).click();
  await expect(page.getByText("4 of 4 done")).toBeVisible();
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect(rows(page).last()).toContainText("camera");
});

test("takes the web address of a picture where the site allows it, and else says what to do", async ({ page }) => {
  await page.route("https://pictures.example/**", (route) => route.fulfill({ path: photos[0]!, headers: { "Access-Control-Allow-Origin": "*" } }));
  await transfer(page, "drop", { "text/uri-list": "https://pictures.example/a.jpg" });
  await expect(page.getByText("1 of 1 done")).toBeVisible();
  await transfer(page, "paste", { "text/plain": `data:image/jpeg;base64,${readFileSync(photos[1]!).toString("base64")}` });
  await expect(page.getByText("2 of 2 done")).toBeVisible();
  await transfer(page, "drop", { "text/html": '<img src="http://localhost:8765/b.jpg">', "text/uri-list": "https://pictures.example/page" });
  await expect(page.getByRole("alert")).toContainText("add its file here");
  await expect(page.getByText("2 of 3 done, 1 failed")).toBeVisible();
  await page.locator("#files").focus();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab"); // past the camera
  await page.keyboard.type("pictures.example/c.jpg");
  await page.keyboard.press("Enter");
  await expect(page.getByText("nor the web address of one")).toBeVisible();
  await page.keyboard.press("Home");
  await page.keyboard.type("https://");
  await page.keyboard.press("Enter");
  await expect(page.getByText("3 of 4 done, 1 failed")).toBeVisible();
  await expect(page.getByText("nor the web address of one")).toHaveCount(0);
});

test("shrinks a large picture before it is sent", async ({ page }) => {
  const [request] = await Promise.all([page.waitForRequest("**/caption"), upload(page, `${pictures}/large.png`)]);
  expect(request.postData()!).toContain("data:image/jpeg;base64,");
  expect(request.postData()!.length).toBeLessThan(1_500_000);
  await expect(caption(page)).toBeVisible();
});

test("says what is wrong with a bad file, and captions the others", async ({ page }) => {
  await upload(page, `${pictures}/text.jpg`, photos[0]!);
  await expect(page.getByRole("alert")).toContainText("not a readable picture");
  await expect(page.getByText("1 of 2 done, 1 failed")).toBeVisible();
  await page.screenshot({ path: "test-results/error.png", fullPage: true });
});

test("waits while the server is busy, and says when it is away", async ({ page }) => {
  let busy = 2;
  await page.route("**/caption", (route) => (busy-- > 0 ? route.fulfill({ status: 503, json: { detail: "too many requests are waiting" } }) : route.fallback()));
  await upload(page, photos[0]!);
  await expect(caption(page)).toBeVisible();
  await page.route("**/caption", (route) => route.abort("connectionrefused"));
  await upload(page, photos[1]!, photos[2]!);
  await expect(page.getByRole("alert")).toContainText("The server does not answer");
  await page.unroute("**/caption");
  await page.getByRole("button", { name: "Try the failed again" }).click();
  await expect(page.getByText("3 of 3 done")).toBeVisible();
});

test("names the model, and warns of one that is not to be trusted", async ({ page }) => {
  await expect(page.getByLabel("Model")).toContainText(process.env.CAPTIONKIT_CHECKPOINT ?? "shapes.pt");
  if (!process.env.CAPTIONKIT_CHECKPOINT) await expect(page.getByText(/trained on drawn shapes/)).toBeVisible();
});

for (const scheme of ["light", "dark"] as const) {
  test(`fits a phone, ${scheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: scheme });
    await page.setViewportSize({ width: 375, height: 720 });
    await page.screenshot({ path: `test-results/phone-empty-${scheme}.png`, fullPage: true });
    await upload(page, ...photos.slice(0, 3));
    await expect(page.getByText("3 of 3 done")).toBeVisible();
    await page.locator("textarea").first().fill("a text of one's own, long enough that it needs several lines on a telephone");
    await page.locator(".word").nth(2).click();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(375);
    await page.screenshot({ path: `test-results/phone-${scheme}.png`, fullPage: true });
  });
}
