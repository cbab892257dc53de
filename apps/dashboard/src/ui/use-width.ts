/** How wide a place is, for what is drawn to measure. */

import { type RefObject, useLayoutEffect, useRef, useState } from "react";

/** Shape: CSS pixels; 0 until it is laid out. */
export function useWidth<T extends HTMLElement>(): readonly [place: RefObject<T | null>, width: number] {
  const place = useRef<T>(null);
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const room = place.current;
    if (room === null) return undefined;
    setWidth(room.clientWidth);
    const resized = new ResizeObserver(() => setWidth(room.clientWidth));
    resized.observe(room);
    return () => resized.disconnect();
  }, []);
  return [place, width];
}
