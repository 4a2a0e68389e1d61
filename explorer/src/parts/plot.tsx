/** A line or bar chart by uPlot in the page's colours, with its numbers as a table beneath for everyone. */

import { useEffect, useRef, useState } from "preact/hooks";
import uPlot from "uplot";
import { areYears, countNumber, dateWords } from "../core/format.ts";
import { locale, t, theme } from "../core/state.ts";

export interface PlotSeries {
  label: string;
  values: (number | null)[];
}

interface Props {
  label: string;
  /** Numbers; seconds since 1970 when `time`; positions when `names` are given. */
  x: number[];
  names?: string[];
  time?: boolean;
  bars?: boolean;
  series: PlotSeries[];
  height?: number;
}

const COLOURS = ["--plot-1", "--plot-2", "--plot-3", "--plot-4"];
const TABLE_ROWS = 200;
/** Distances of dates on an axis, in seconds: whole days, since counts are of a day. */
const DAYS = [1, 2, 4, 7, 14, 30.4375, 91.3125, 182.625, 365.25, 730.5, 1826.25].map((days) => days * 86_400);

export function Plot({ label, x, names, time = false, bars = false, series, height = 200 }: Props) {
  const place = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);

  useEffect(() => {
    const element = place.current;
    if (!element) return undefined;
    const watch = new ResizeObserver(() => setWidth(element.clientWidth));
    watch.observe(element);
    return () => watch.disconnect();
  }, []);

  useEffect(() => {
    const element = place.current;
    if (!element || !width) return undefined;
    const style = getComputedStyle(element);
    const colour = (name: string) => style.getPropertyValue(name).trim() || "#777";
    const font = `12px ${style.fontFamily}`;
    const years = areYears(x);
    // Within some months the days tell more than the months.
    const dateLength = time && (x.at(-1) ?? 0) - (x[0] ?? 0) < 150 * 86_400 ? 10 : 7;
    const axis = { stroke: colour("--ink-2"), grid: { stroke: colour("--line"), width: 1 }, ticks: { show: false }, font };
    const chart = new uPlot(
      {
        width,
        height,
        legend: { show: series.length > 1 },
        cursor: { points: { size: 6 } },
        scales: { x: { time, ...(names ? { range: [-0.6, names.length - 0.4] as [number, number] } : {}) }, y: { range: (_plot, low, high) => [Math.min(0, low), high * 1.08 || 1] } },
        axes: [
          {
            ...axis,
            ...(names ? { splits: () => names.map((_, index) => index), values: () => names.map((name) => (name.length > 14 ? `${name.slice(0, 13)}…` : name)), rotate: names.length > 6 ? -35 : 0, size: names.length > 6 ? 70 : 30 } : {}),
            ...(!time && !names ? { values: (_plot: uPlot, splits: number[]) => splits.map((value) => (years ? String(value) : countNumber(value, locale.value))) } : {}),
            ...(time ? { values: (_plot: uPlot, splits: number[]) => splits.map((second) => dateWords(new Date(second * 1000).toISOString().slice(0, dateLength), locale.value)), space: dateLength === 10 ? 110 : 90, incrs: DAYS } : {}),
          },
          { ...axis, values: (_plot, splits) => splits.map((value) => countNumber(value, locale.value)), size: 62 },
        ],
        series: [
          {},
          ...series.map((one, index) => {
            const stroke = colour(COLOURS[index % COLOURS.length] as string);
            const base: uPlot.Series = { label: one.label, stroke, width: 2, points: { show: x.length < 60, size: 5, fill: stroke } };
            if (!bars || !uPlot.paths.bars) return base;
            return { ...base, fill: stroke, width: 0, paths: uPlot.paths.bars({ size: [0.7, 48] }), points: { show: false } };
          }),
        ],
      },
      [x, ...series.map((one) => one.values)] as uPlot.AlignedData,
      element,
    );
    return () => chart.destroy();
    // Dates and colours are drawn into the canvas, so another language or theme draws anew.
  }, [width, JSON.stringify([x, series, names]), theme.value, locale.value, height]);

  const nameOf = (index: number) =>
    names?.[index] ?? (time ? dateWords(new Date((x[index] as number) * 1000).toISOString().slice(0, 10), locale.value) : areYears(x) ? String(x[index]) : countNumber(x[index] as number, locale.value));
  return (
    <figure class="plot">
      <div ref={place} class="plot-place" role="img" aria-label={label} />
      <details>
        <summary>{t("plot.numbers")}</summary>
        <table aria-label={label}>
          <thead>
            <tr>
              <th scope="col"><span class="unseen">{t("plot.x")}</span></th>
              {series.map((one) => <th key={one.label} scope="col" class="number">{one.label}</th>)}
            </tr>
          </thead>
          <tbody>
            {x.slice(0, TABLE_ROWS).map((_, index) => (
              <tr key={index}>
                <th scope="row">{nameOf(index)}</th>
                {series.map((one) => <td key={one.label} class="number">{one.values[index] === null ? "–" : countNumber(one.values[index] as number, locale.value)}</td>)}
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </figure>
  );
}
