/** A layer over the stage on which a loop is drawn; what lies inside it is chosen. Keyboards choose in the table. */

import { useRef, useState } from "preact/hooks";
import { t } from "../core/state.ts";
import { inPolygon } from "./selection.ts";

interface Props {
  places: () => Map<string, [number, number]>;
  onDone: (ids: Set<string>) => void;
}

export function LassoLayer({ places, onDone }: Props) {
  const [loop, setLoop] = useState<[number, number][]>([]);
  const drawing = useRef(false);
  const at = (event: PointerEvent): [number, number] => {
    const box = (event.currentTarget as Element).getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  return (
    <svg
      class="lasso-layer"
      aria-label={t("graph.lasso")}
      role="img"
      onPointerDown={(event) => {
        drawing.current = true;
        (event.currentTarget as Element).setPointerCapture(event.pointerId);
        setLoop([at(event)]);
      }}
      onPointerMove={(event) => {
        if (drawing.current) setLoop((before) => [...before, at(event)]);
      }}
      onPointerUp={() => {
        drawing.current = false;
        const inside = [...places()].filter(([, [x, y]]) => inPolygon(x, y, loop)).map(([id]) => id);
        onDone(new Set(inside));
      }}
      onPointerCancel={() => onDone(new Set())}
    >
      {loop.length > 1 && <polygon points={loop.map(([x, y]) => `${x},${y}`).join(" ")} />}
    </svg>
  );
}
