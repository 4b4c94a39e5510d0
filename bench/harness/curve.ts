/** Draws how a cost grows with the size of an organization, as an SVG. */

/** A value for each size. */
interface Series {
  readonly name: string;
  readonly points: readonly (readonly [size: number, value: number])[];
}

/** A diagram. */
export interface Curve {
  readonly title: string;
  readonly unit: string;
  readonly series: readonly Series[];
}

const [width, height, left, bottom, top, right] = [720, 400, 64, 40, 48, 150];
const colours = ["#2563eb", "#b45309", "#047857", "#9333ea", "#be123c", "#475569"];

/** The diagram; sizes have a logarithmic scale, values begin at zero. */
export function drawCurve({ title, unit, series }: Curve): string {
  const all = series.flatMap(({ points }) => points);
  const sizes = [...new Set(all.map(([size]) => size))].sort((one, other) => one - other);
  const [first = 1, last = 1] = [sizes[0], sizes.at(-1)];
  const max = Math.max(...all.map(([, value]) => value)) * 1.05 || 1;
  const toX = (size: number) =>
    first === last ? left : left + (Math.log(size / first) / Math.log(last / first)) * (width - left - right);
  const toY = (value: number) => height - bottom - (value / max) * (height - top - bottom);
  const text = (x: number, y: number, content: string, anchor = "start", colour = "#334155") =>
    `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}" fill="${colour}">${escapeText(content)}</text>`;
  const ticks = sizes.map((size) =>
    text(toX(size), height - bottom + 20, size.toLocaleString("en"), "middle"),
  );
  const grid = [0, 0.25, 0.5, 0.75, 1].map((share) => {
    const y = round(toY(max * share));
    const label = text(left - 8, y + 4, (max * share).toPrecision(2), "end");
    return `<line x1="${left}" x2="${width - right}" y1="${y}" y2="${y}" stroke="#e2e8f0"/>${label}`;
  });
  const lines = series.map(({ name, points }, at) => {
    const colour = colours[at % colours.length] ?? "#000";
    const places = points.map(([size, value]) => `${round(toX(size))},${round(toY(value))}`);
    const [size, value] = points.at(-1) ?? [first, 0];
    const line = `<polyline fill="none" stroke="${colour}" stroke-width="2" points="${places.join(" ")}"/>`;
    return line + text(toX(size) + 8, toY(value) + 4, name, "start", colour);
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">
<rect width="${width}" height="${height}" fill="#fff"/>
${text(left, 24, `${title} (${unit})`)}
${[...grid, ...ticks, ...lines].join("\n")}
</svg>
`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escapeText(content: string): string {
  return content.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
