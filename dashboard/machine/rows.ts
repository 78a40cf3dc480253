/** Rows: places side by side, one row a rank, each near what it is joined to. Pure. */

/** Pixels between two places of a row, and between two rows: lines run there. */
export const across = 20, between = 44;

export interface Place {
  name: string;
  x: number;
  y: number;
  w: number;
  h: number;
}

export const middle = ({ x, w }: Place): number => x + w / 2;

/** Give every place its x, from zero on: near what it is joined to, and over nothing else. */
export function arrange(rows: Place[][], joined: [Place, Place][]): void {
  for (const row of rows) pack(row);
  for (let round = 0; round < 12; round += 1) {
    for (const row of round % 2 ? rows.toReversed() : rows) {
      const wish = new Map(row.map((place) => [place, wishOf(place, joined)]));
      if (round < 8) row.sort((one, other) => wish.get(one)! - wish.get(other)!);
      pack(row, wish);
    }
  }
  const left = Math.min(...rows.flat().map(({ x }) => x));
  for (const place of rows.flat()) place.x = Math.round(place.x - left);
}

/** Over the middle of what it is joined to. */
function wishOf(place: Place, joined: [Place, Place][]): number {
  const near = joined.flatMap(([one, other]) => (one === place ? [other] : other === place ? [one] : []));
  return near.length ? near.reduce((sum, other) => sum + middle(other), 0) / near.length : middle(place);
}

/** Side by side, each as near to its wish as its neighbours let it. */
function pack(row: Place[], wish?: Map<Place, number>): void {
  let free = wish ? -Infinity : 0;
  for (const place of row) {
    place.x = wish ? Math.max(wish.get(place)! - place.w / 2, free) : free;
    free = place.x + place.w + across;
  }
  if (!wish || !row.length) return;
  const off = row.reduce((sum, place) => sum + wish.get(place)! - middle(place), 0) / row.length;
  for (const place of row) place.x += off;
}

/** Give every row its y, from zero on. */
export function descend(rows: Place[][]): void {
  let y = 0;
  for (const row of rows) {
    for (const place of row) place.y = y;
    y += Math.max(...row.map(({ h }) => h)) + between;
  }
}

/** The y of a row's lower edge. */
export const bottomOf = (row: Place[]): number => Math.max(...row.map(({ y, h }) => y + h));
