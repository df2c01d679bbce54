// The law of the dashboard's grid, as `headwater/dashboards/places.py` has it: nothing leaves the twelve columns, nothing
// lies on anything else, everything rises to the top. Pure functions over places.

export const COLUMNS = 12;
export const TALLEST = 24;
const MOST_ROWS = 400;

export interface Place { x: number; y: number; w: number; h: number }
export type Places = ReadonlyMap<string, Place>;

const within = (value: number, low: number, high: number): number => Math.min(Math.max(value, low), high);

export const meets = (a: Place, b: Place): boolean =>
  a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;

export function bounded(place: Place): Place {
  const w = within(place.w, 1, COLUMNS), h = within(place.h, 1, TALLEST);
  return { x: within(place.x, 0, COLUMNS - w), y: within(place.y, 0, MOST_ROWS - h), w, h };
}

/** Each as high as it can stand, the upper and left ones first; of two at one height `first` is. */
export function settled(places: Places, first = ""): Map<string, Place> {
  const order = [...places].sort(([a, one], [b, other]) =>
    one.y - other.y || Number(b === first) - Number(a === first) || one.x - other.x);
  const standing: [string, Place][] = [];
  for (const [key, place] of order) {
    const wanted = { ...bounded(place), y: 0 };
    for (let other = standing.find(([, one]) => meets(wanted, one)); other; other = standing.find(([, one]) => meets(wanted, one))) {
      wanted.y = other[1].y + other[1].h;
    }
    standing.push([key, wanted]);
  }
  const found = new Map(standing);
  return new Map([...places.keys()].map((key) => [key, found.get(key)!]));
}

/** All places when `key` wants to stand at `wish`: who is half passed makes room above, the others below. */
export function moved(places: Places, key: string, wish: Place): Map<string, Place> {
  const from = places.get(key);
  if (!from) return new Map(places);
  let wanted = bounded(wish);
  const sinks = wanted.y > from.y;
  const inTheWay = [...places].filter(([other, place]) => other !== key && meets(wanted, place));
  const above = inTheWay.filter(([, place]) => {
    const middle = place.y + place.h / 2;
    return sinks ? wanted.y + wanted.h > middle : wanted.y >= middle;
  });
  if (above.length) wanted = { ...wanted, y: Math.max(wanted.y, ...above.map(([, place]) => place.y + place.h)) };
  const made = new Map<string, Place>();
  for (const [other, place] of places) {
    if (other === key) made.set(other, wanted);
    else made.set(other, meets(wanted, place) ? { ...place, y: wanted.y + wanted.h } : place);
  }
  return settled(made, key);
}

/** The order in which a desk is read. */
export const inReadingOrder = (places: Places): string[] =>
  [...places].sort(([, a], [, b]) => a.y - b.y || a.x - b.x).map(([key]) => key);

export const same = (a: Places, b: Places): boolean =>
  a.size === b.size && [...a].every(([key, one]) => {
    const other = b.get(key);
    return !!other && one.x === other.x && one.y === other.y && one.w === other.w && one.h === other.h;
  });
