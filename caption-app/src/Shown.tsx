import { useEffect, useRef, useState } from "react";
import { colour, enlarged } from "./attention";

const LONG_SIDE = 160; // of the overlay, in its own pixels; the browser stretches it over the picture

type Properties = { picture: string; name: string; attention: number[][] | null; strength: number; busy: boolean };

/** The picture; while a word is looked at, coloured where the model looked. */
export function Shown({ picture, name, attention, strength, busy }: Properties) {
  const [broken, setBroken] = useState(false);
  const [shape, setShape] = useState<[number, number]>([1, 1]);
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (!context || !attention?.[0]) return;
    const [width, height] = shape.map((side) => Math.max(1, Math.round((LONG_SIDE * side) / Math.max(...shape)))) as [number, number];
    context.canvas.width = width;
    context.canvas.height = height;
    const image = context.createImageData(width, height);
    image.data.set(enlarged(attention, width, height).flatMap((row) => row.flatMap((share) => colour(share, strength))));
    context.putImageData(image, 0, 0);
  }, [attention, strength, shape]);
  if (broken) return <p className="quiet shown">This browser cannot show the file.</p>;
  return (
    <div className={busy ? "shown busy" : "shown"}>
      <img
        src={picture} alt={name} onError={() => setBroken(true)}
        onLoad={({ currentTarget: { naturalWidth, naturalHeight } }) => setShape([naturalWidth, naturalHeight])}
      />
      <canvas ref={canvas} className={attention ? "visible" : ""} aria-hidden="true" />
    </div>
  );
}
