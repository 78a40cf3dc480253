/** Room list: every room with its latest value and when it came; one of them is chosen. */
import type { Room } from "../functions/query/answer";
import type { RoomsTold } from "./api";
import { element } from "./dom";
import { counted, measured, several, time, visible } from "./words";

/** A list longer than this can be searched. */
const searchFrom = 8;

export function roomList({ rooms, more, unit, scored }: RoomsTold, chosen: string, choose: (room: string) => void): HTMLElement {
  const items = rooms.map((room) => ({ room, item: item(room, unit, scored, room.room === chosen, choose) }));
  const search = element("input", { type: "search", placeholder: "Find a room", "aria-label": "Find a room", oninput: () => {
    for (const { room, item: each } of items) each.hidden = !room.room.toLowerCase().includes(search.value.toLowerCase());
  } });
  return element("div", {}, rooms.length > searchFrom && search, element("ul", { class: "rooms" }, ...items.map(({ item: each }) => each)),
    more && element("p", { class: "note" }, `Only the first ${counted(rooms.length)} rooms are listed.`));
}

function item({ room, value, last, readings, anomalies }: Room, unit: string, scored: boolean, pressed: boolean, choose: (room: string) => void): HTMLElement {
  const button = element("button", { type: "button", "aria-pressed": String(pressed), onclick: () => choose(room) },
    element("bdi", { class: "name" }, visible(room)),
    element("span", { class: "value" }, measured(value, unit)),
    element("span", { class: "when" }, `last ${time(last)} UTC`),
    element("span", { class: "when" }, `${several(readings, "reading", "readings")}${scored ? `, ${several(anomalies, "anomaly", "anomalies")}` : ""}`),
  );
  button.dataset.room = room;
  return element("li", {}, button);
}
