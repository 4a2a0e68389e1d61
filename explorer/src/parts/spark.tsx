/** A sparkline: the run of a count over time, for its shape only; the number stands beside it. */

export function Sparkline({ points, width = 56, height = 16 }: { points: readonly [string, number][]; width?: number; height?: number }) {
  if (points.length < 2) return null;
  const times = points.map(([date]) => Date.parse(date));
  const counts = points.map(([, count]) => count);
  const [first, last] = [Math.min(...times), Math.max(...times)];
  const [low, high] = [Math.min(...counts), Math.max(...counts)];
  const x = (time: number) => 1 + ((time - first) / Math.max(1, last - first)) * (width - 4);
  const y = (count: number) => height - 3 - ((count - low) / Math.max(1, high - low)) * (height - 6);
  const path = times.map((time, index) => `${index ? "L" : "M"}${x(time).toFixed(1)} ${y(counts[index] as number).toFixed(1)}`).join("");
  return (
    <svg class="spark" width={width} height={height} viewBox={`0 0 ${width} ${height}`} aria-hidden="true" focusable="false">
      <path d={path} />
      <circle cx={x(last)} cy={y(counts.at(-1) as number)} r="1.8" />
    </svg>
  );
}
