import { useEffect, useRef, useState } from "react";
import { shade } from "./attention";

/** The picture; while a word is looked at, dark where the model did not look. */
export function Shown({ picture, attention, busy }: { picture: string; attention: number[][] | null; busy: boolean }) {
  const [broken, setBroken] = useState<string | null>(null); // the picture that the browser cannot show
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (!context || !attention?.[0]) return;
    const [h, w] = [attention.length, attention[0].length];
    context.canvas.width = w; // one pixel a cell; the browser smooths it when it is stretched over the picture
    context.canvas.height = h;
    const image = context.createImageData(w, h);
    shade(attention).forEach((alpha, cell) => { image.data[4 * cell + 3] = alpha; });
    context.putImageData(image, 0, 0);
  }, [attention]);
  if (picture === broken) return <p className="quiet">This browser cannot show the file.</p>;
  return (
    <div className={busy ? "shown busy" : "shown"}>
      <img src={picture} alt="The picture to be captioned" onError={() => setBroken(picture)} />
      <canvas ref={canvas} className={attention ? "visible" : ""} aria-hidden="true" />
    </div>
  );
}
