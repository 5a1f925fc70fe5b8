/** One track at one camera: when it was seen, and where it came into the picture and left it. No look at all. */
export interface Glimpse {
  /** Index of the camera. */
  readonly camera: number;
  readonly enteredAtMs: number;
  readonly leftAtMs: number;
  /** Middle of its first and of its last box, in shares of the picture: x, y, x, y. Null: not known. */
  readonly pathNorm: readonly [number, number, number, number] | null;
}

/** Paths this far apart in the picture are no longer quite the same movement. */
const pathScale = 0.13;
const leastAlike = 0.02;

/** How far two tracks of one camera took the same way through its picture, 0 to 1. */
function alike(a: Glimpse, b: Glimpse): number {
  if (a.pathNorm === null || b.pathNorm === null) return 1;
  let square = 0;
  for (const [k, value] of a.pathNorm.entries()) square += (value - (b.pathNorm[k] ?? 0)) ** 2;
  const value = (1 + square / (3 * pathScale ** 2)) ** -2;
  return value < leastAlike ? 0 : value;
}

/** Student's t with 3 degrees of freedom: a bell with room for the odd one out. */
export function bell(x: number, scale: number): number {
  const z = x / scale;
  return 0.3676 / scale / (1 + (z * z) / 3) ** 2;
}

/** The traffic of each camera by movement, without classes: every glimpse counts for others as far as they are alike. */
export interface Movements {
  /** By `glimpse * count + other`; 0 at other cameras. */
  readonly likeness: Float64Array;
  /** Glimpses that are like it, itself left out. */
  readonly companyOf: Float64Array;
  /** Density, per ms, of staying as long as it does, among those like it. */
  readonly stayDensity: Float64Array;
  /** By camera. */
  readonly atCamera: readonly (readonly number[])[];
}

/** Added before logarithms are taken, so that a stay of a single picture has one. */
const shortMs = 300;
const stayScale = 0.25;
/** How much glimpses of other movements say about stays. */
const anyMovement = 0.03;

export function movementsOf(glimpses: readonly Glimpse[], cameraCount: number): Movements {
  const count = glimpses.length;
  const atCamera = Array.from({ length: cameraCount }, (): number[] => []);
  for (const [index, { camera }] of glimpses.entries()) atCamera[camera]?.push(index);
  const likeness = new Float64Array(count * count);
  const companyOf = new Float64Array(count);
  const stayDensity = new Float64Array(count);
  for (const there of atCamera) {
    for (const one of there) {
      const own = glimpses[one];
      if (own === undefined) continue;
      const stayMs = own.leftAtMs - own.enteredAtMs + shortMs;
      let company = 0;
      let weight = 0;
      let sum = 0;
      for (const other of there) {
        const their = glimpses[other];
        if (their === undefined) continue;
        const value = alike(own, their);
        likeness[one * count + other] = value;
        if (other === one) continue;
        company += value;
        weight += value + anyMovement;
        const theirMs = their.leftAtMs - their.enteredAtMs + shortMs;
        sum += (value + anyMovement) * bell(Math.log(stayMs / theirMs), stayScale);
      }
      companyOf[one] = company;
      stayDensity[one] = ((weight > 0 ? sum / weight : 0) + 1e-3) / stayMs;
    }
  }
  return { likeness, companyOf, stayDensity, atCamera };
}
