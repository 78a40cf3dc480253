/** Picture: the drawing of a machine as an SVG. Names and reasons are set as text, never as markup. */
import type { Drawing } from "./layout";
import { cut, line, type Stand, words, wrapped } from "./stands";

const svg = "http://www.w3.org/2000/svg";
/** Letters that fit into a line of a box, by its width; those of a reason are smaller. */
const letterWidth = 7.4, smallWidth = 6.4;
const margin = 26;

function part(tag: string, attributes: Record<string, string | number>, ...children: (Node | string)[]): SVGElement {
  const made = document.createElementNS(svg, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  made.append(...children);
  return made;
}

/** @param chosen called with the name of a box that was clicked, where it has something to show. */
export function picture({ w, h, boxes, lines }: Drawing, all: Stand[], chosen: (name: string) => void): SVGElement {
  const known = new Map(all.map((stand) => [stand.name, stand]));
  // What holds others lies under them; lines lie between the two.
  const under = boxes.filter(({ holds }) => holds), over = boxes.filter(({ holds }) => !holds);
  const drawn = (box: Drawing["boxes"][number]): SVGElement => boxOf(box, known.get(box.name) ?? { name: box.name, status: "unmet" }, chosen);
  return part("svg", { viewBox: `${-margin} ${-margin} ${w + 2 * margin} ${h + 2 * margin}`, width: w + 2 * margin, role: "img", "aria-label": told(all) },
    ...under.map(drawn), ...lines.flatMap(({ kind, path, end }) => [part("path", { d: path, class: `line ${kind}` }), part("path", { d: headOf(end), class: `head ${kind}` })]), ...over.map(drawn));
}

function boxOf({ name, x, y, w, h, holds }: Drawing["boxes"][number], stand: Stand, chosen: (name: string) => void): SVGElement {
  const letters = Math.floor((w - 20) / letterWidth);
  const names = holds ? [cut(name, letters)] : wrapped(name, letters);
  const how = line(stand);
  const text = (at: number, kind: string, words: string): SVGElement => part("text", { x: x + 10, y: y + at, class: kind }, words);
  const box = part("g", { class: `box ${stand.status}${holds ? " holds" : ""}${stand.status === "unmet" ? "" : " met"}`, "data-state": name },
    part("title", {}, `${name}${how ? `: ${how}` : ""}${stand.why && stand.status !== "skipped" ? `: ${stand.why}` : ""}`),
    part("rect", { x, y, width: w, height: h, rx: 8 }),
    ...names.map((each, at) => text(18 + 15 * at, "name", each)), ...(how ? [text(holds ? 35 : h - 10, "how", cut(how, Math.floor((w - 16) / smallWidth)))] : []));
  box.addEventListener("click", (event) => { event.stopPropagation(); chosen(name); });
  return box;
}

const headOf = ({ x, y, looks }: Drawing["lines"][number]["end"]): string =>
  looks === "down" ? `M${x},${y}L${x - 4},${y - 7}L${x + 4},${y - 7}Z` : `M${x},${y}L${x + 7},${y - 4}L${x + 7},${y + 4}Z`;

/** The picture in words; the table below it has all of it. */
function told(all: Stand[]): string {
  const count = (status: Stand["status"]): number => all.filter((stand) => stand.status === status).length;
  return `${all.length} states: ${(Object.keys(words) as Stand["status"][]).filter(count).map((status) => `${count(status)} ${words[status].slice(2)}`).join(", ")}`;
}
