/** The longest side that is sent, in pixels: the network sees far fewer, and a phone's photo would be too large a request. */
export const LONGEST_SIDE = 1280;
const LARGEST_FILE = 6_000_000; // bytes that are sent as they are; base64 adds a third, and the server takes 10 MB

/** The size, in pixels, at which a picture is sent. */
export function fittedSize(width: number, height: number): [number, number] {
  const scale = Math.min(1, LONGEST_SIDE / Math.max(width, height));
  return [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))];
}

function asIs(file: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(new Error("The file could not be read."));
    reader.readAsDataURL(file);
  });
}

/**
 * The picture in a file as a `data:` address, upright and no larger than needed.
 * What the browser cannot decode is sent as it is: the server may know the format, and says so if not.
 */
export async function readPicture(file: Blob): Promise<string> {
  if (file.size === 0) throw new Error("The file is empty.");
  const bitmap = await createImageBitmap(file).catch(() => null);
  if (!bitmap) {
    if (file.size > LARGEST_FILE) throw new Error("This browser cannot open the file, and it is too large to send unopened.");
    return asIs(file);
  }
  const [width, height] = fittedSize(bitmap.width, bitmap.height);
  if (width === bitmap.width && file.size <= LARGEST_FILE) {
    bitmap.close();
    return asIs(file);
  }
  return asIs(await drawn(bitmap, width, height));
}

/** What `source` shows, as a JPEG; transparency becomes white. */
export function drawn(source: CanvasImageSource, width: number, height: number): Promise<Blob> {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d")!;
  context.fillStyle = "white";
  context.fillRect(0, 0, width, height);
  context.drawImage(source, 0, 0, width, height);
  return new Promise((resolve, reject) => {
    const done = (picture: Blob | null) => (picture ? resolve(picture) : reject(new Error("This browser could not shrink the picture.")));
    canvas.toBlob(done, "image/jpeg", 0.92);
  });
}
